import { connect } from 'node:net';
import type { Diagnosis } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** `dev` listens there unless told otherwise. */
const DEFAULT_PORT = 8080;

/** The port that `dev` would take: its own already, free, or somebody else's. */
export const port: Diagnosis<LocalPatient> = {
  id: 'port',
  title: 'port of mcp-s3 dev',
  needs: ['state-folder'],
  async look(patient, signal) {
    const wanted = patient.settings.file.port ?? DEFAULT_PORT;
    const dev = await patient.dev();
    if (dev !== undefined) return { state: 'absent', seen: 'mcp-s3 dev runs, and has its port' };
    if (wanted === 0) return { state: 'good', seen: 'any free one' };
    if (!(await listens('127.0.0.1', wanted, signal))) return { state: 'good', seen: `${wanted} is free` };
    return {
      state: 'broken',
      cause: 'port-taken',
      says: `another program listens on port ${wanted}: mcp-s3 dev cannot start there`,
      evidence: [`127.0.0.1:${wanted} takes connections, and no mcp-s3 dev of this bucket runs`],
      remedy: [
        `take another port: mcp-s3 dev --port 0 ${patient.place}`,
        process.platform === 'win32'
          ? `see who has it: netstat -ano | findstr :${wanted}`
          : `see who has it: lsof -nP -iTCP:${wanted} -sTCP:LISTEN`,
      ],
    };
  },
};

/** Whether somebody takes connections there. */
export function listens(host: string, at: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: at, timeout: 5000 });
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    const end = (open: boolean) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(open);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

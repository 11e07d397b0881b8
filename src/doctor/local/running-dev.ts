import { API_KEY_HEADER, HEALTH_PATH } from '../../../server/names.ts';
import { dispatcherFor } from '../../../server/outbound/dispatcher.ts';
import { CliError } from '../../errors.ts';
import { connectionError } from '../../service/service-error.ts';
import type { Diagnosis, Finding } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** Milliseconds in which a server on the same machine answers that it is there. */
const PATIENCE_MS = 10_000;

/** Whether the `dev` that runs answers. */
export const runningDev: Diagnosis<LocalPatient> = {
  id: 'dev',
  title: 'mcp-s3 dev',
  needs: ['bucket-folder'],
  async look(patient, signal) {
    const { context, place } = patient;
    const dev = await patient.dev();
    if (dev === undefined) return { state: 'absent', seen: `it does not run; start it: mcp-s3 dev ${place}` };
    if (dev.url === undefined) return { state: 'absent', seen: `it starts (process ${dev.pid})` };
    const [key] = (await patient.keys().catch(() => undefined)) ?? [];
    const dispatcher = dispatcherFor(dev.url, context.env);
    try {
      const { statusCode, body } = await dispatcher.request({
        origin: new URL(dev.url).origin,
        path: HEALTH_PATH,
        method: 'GET',
        headers: key === undefined ? {} : { [API_KEY_HEADER]: key },
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      await body.dump();
      if (statusCode === 200) return { state: 'good', seen: `${dev.url} (process ${dev.pid})` };
      return hangs(dev.url, dev.pid, `${statusCode}`);
    } catch (error) {
      signal.throwIfAborted();
      const known = connectionError(error, dev.url);
      return hangs(dev.url, dev.pid, known instanceof CliError ? known.message : String(error));
    } finally {
      await dispatcher.destroy();
    }
  },
};

function hangs(url: string, pid: number, answer: string): Finding {
  return {
    state: 'broken',
    cause: 'dev-health',
    says: `mcp-s3 dev runs as process ${pid} and does not answer as it should`,
    evidence: [`GET ${url}${HEALTH_PATH}: ${answer}`],
    remedy: [`end it (Ctrl-C where it runs, or: kill ${pid}), and start it again`],
  };
}

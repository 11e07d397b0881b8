import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort, startServer } from './server.mjs';
import { emptyFolder, ROOT } from './tools.mjs';

const exec = promisify(execFile);
const NO_LIMITS = ['--rate-limit', '0', '--mcp-rate-limit', '0', '--quota', '0'];

/**
 * Starts the built `mcp-s3 dev` on a folder, without limits on the rate.
 * @param options.auth false: no key is asked for
 * @returns the process, its address, and its key unless none is asked for
 */
export async function startBuilt(name, folder, { auth = true } = {}) {
  const env = { ...process.env, MCP_S3_STATE_DIR: await emptyFolder(`${name}-state`) };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['bin/run.js', 'dev', folder, '--port', String(port), ...NO_LIMITS];
  if (!auth) args.push('--no-auth');
  // With a key /health answers 403, which is an answer too.
  const isUp = auth ? (answer) => answer.status === 403 : undefined;
  const server = await startServer(name, process.execPath, args, {
    cwd: ROOT,
    env,
    url: `${url}/health`,
    isUp,
  });
  if (!auth) return { server, url };
  try {
    const { stdout } = await exec(process.execPath, ['bin/run.js', 'key', 'show', '--local'], {
      cwd: ROOT,
      env,
    });
    return { server, url, key: stdout.trim() };
  } catch (error) {
    await server.end();
    throw error;
  }
}

import { join } from 'node:path';
import type { Settings } from '../settings/settings.ts';
import type { Target } from '../targets/target.ts';
import type { Link, McpClient } from './client.ts';

export interface LinkWish {
  /** `--stdio`. */
  stdio: boolean;
  /** Folder of this package. */
  root: string;
}

/**
 * How the client shall reach the target. Over HTTP where it can: a local service that does not run has no address
 * that lasts, so there the client starts the server itself.
 */
export async function linkFor(
  client: McpClient,
  target: Target,
  settings: Settings,
  { stdio, root }: LinkWish,
): Promise<Link> {
  const url = stdio || client.stdioOnly ? undefined : await mcpAddress(target);
  if (url !== undefined) return { kind: 'http', url, needsKey: true };
  const args = ['bridge', ...targetArgs(settings)];
  const needsKey = settings.kind === 'endpoint';
  // A project's file is for other machines too. What a desktop starts has not the PATH of a shell, and no shell
  // to find a script: there it is this Node and this file.
  return client.scope === 'user'
    ? { kind: 'stdio', command: process.execPath, args: [join(root, 'bin', 'run.js'), ...args], needsKey }
    : { kind: 'stdio', command: 'mcp-s3', args, needsKey };
}

/** Where MCP is served as long as the target stands; undefined for a local one without a running `dev`. */
async function mcpAddress(target: Target): Promise<string | undefined> {
  if (target.kind === 'endpoint') return `${(await target.connection()).url}/mcp`;
  return (await target.outputs()).mcp_endpoint;
}

/** The flags that choose the same target from any folder. */
function targetArgs({ kind, stage, folder, endpoint, profile, region }: Settings): string[] {
  const of = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
  if (kind === 'endpoint') return of('--endpoint', endpoint);
  const atStage = stage === 'dev' ? [] : ['--stage', stage];
  if (kind === 'local') return ['--local', ...of('--folder', folder), ...atStage];
  return ['--no-local', ...atStage, ...of('--profile', profile), ...of('--region', region)];
}

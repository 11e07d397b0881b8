import { randomBytes } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { dispatcherFor } from '../../server/outbound/dispatcher.ts';
import type { CliContext } from '../context.ts';
import { connectMcp } from '../service/mcp-client.ts';
import type { Connection, Target } from '../targets/target.ts';
import type { Check, Walk } from './check.ts';
import { cleanUp } from './checks/cleanup.ts';
import { events as uploadEvents } from './checks/events.ts';
import { fileLines } from './checks/file-lines.ts';
import { fileRange } from './checks/file-range.ts';
import { files } from './checks/files.ts';
import { health } from './checks/health.ts';
import { mcpCall2025, mcpConnect2025, mcpTools2025 } from './checks/mcp-2025.ts';
import { mcpCall2026, mcpDiscover2026, mcpTools2026 } from './checks/mcp-2026.ts';
import { badBody, missingFile, wellKnown, wrongKey } from './checks/refusals.ts';
import { summarize, summarizeCached } from './checks/summarize.ts';
import { throttle } from './checks/throttle.ts';
import { upload } from './checks/upload.ts';
import { createRequester } from './requester.ts';
import { countsOf, runWalk, type VerifyReport, type WalkEvents } from './walk.ts';

const CHECKS: Check[] = [
  health,
  upload,
  files,
  fileRange,
  fileLines,
  summarize,
  summarizeCached,
  mcpConnect2025,
  mcpTools2025,
  mcpCall2025,
  mcpDiscover2026,
  mcpTools2026,
  mcpCall2026,
  wrongKey,
  missingFile,
  badBody,
  wellKnown,
];

/** Milliseconds for one MCP request of the walk. */
const MCP_MS = 60_000;

export interface VerifyOptions {
  throttle: boolean;
  /** Also follows an upload to its cached summary. */
  events: boolean;
}

/** The acceptance walk: asks the target for what the product promises, as a client would. */
export async function verify(
  target: Target,
  context: CliContext,
  options: VerifyOptions,
  events: WalkEvents,
): Promise<VerifyReport> {
  const { env, version, signal } = context;
  const service = await target.connection();
  const dispatcher = dispatcherFor(service.url, env);
  const clients: Client[] = [];
  const walk: Walk = {
    target,
    service,
    context,
    mark: randomBytes(5).toString('hex'),
    prefix: prefixOf(service),
    request: createRequester({
      service,
      dispatcher,
      version,
      signal,
      onPause: (ms) => {
        walk.pausedMs += ms;
      },
      onTurnedAway: () => {
        walk.turnedAway = true;
      },
    }),
    pausedMs: 0,
    turnedAway: false,
    async connectMcp() {
      const client = await connectMcp({ ...service, dispatcher, version }, signal, MCP_MS);
      clients.push(client);
      return client;
    },
  };
  try {
    const checks = [
      ...CHECKS,
      ...(options.events ? [uploadEvents] : []),
      ...(options.throttle ? [throttle] : []),
    ];
    const results = await runWalk(checks, walk, { always: [cleanUp], signal }, events);
    const counts = countsOf(results);
    return {
      target: target.describe(),
      url: service.url,
      passed: counts.failed === 0 && counts.not_reached === 0,
      counts,
      checks: results,
    };
  } finally {
    for (const client of clients) await client.close();
    await dispatcher.destroy();
  }
}

/** The first of those that the service is limited to. */
function prefixOf({ prefixes: [first = ''] = [] }: Connection): string {
  return first === '' || first.endsWith('/') ? first : `${first}/`;
}

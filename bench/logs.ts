/**
 * `logs` of a stage on AWS over 100,000 events, and over three times as many, from a server that gives them in pages as
 * CloudWatch Logs does. Memory is the command's peak, as a person sees the lines and as JSON.
 *
 *   npx tsx bench/logs.ts
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type LogsServer, type ServedEvent, startLogsServer } from '../test/support/aws/logs-server.ts';
import { type BenchRow, printRows } from './bench-row.ts';
import { median } from './bundled-process.ts';
import { timedRun } from './timed-run.ts';

const ENTRY = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const EVENTS = 100_000;
const ROUNDS = 3;
const MEMORY = 200;
const START = Date.parse('2026-11-24T00:00:00Z');

/** As the server writes it, of three tasks that take turns, some seconds out of order. */
function eventAt(index: number): ServedEvent {
  const time = START + index * 100;
  const line = {
    level: index % 50 === 0 ? 'error' : 'info',
    time: new Date(time - (index % 7) * 300).toISOString(),
    request_id: `da90d382-427b-4b32-9567-${String(index).padStart(12, '0')}`,
    method: 'POST',
    route: '/summarize',
    status: 200,
    duration_ms: 123.45,
    service_ms: 12.34,
    bytes_out: 1234,
    client: 'alice',
    file_key: `reports/2026/november/${index}.txt`,
    cached: false,
    msg: 'request',
  };
  return {
    eventId: String(index).padStart(56, '0'),
    logStreamName: `service/mcp-dev-mcp-server/${index % 3}`,
    timestamp: time,
    message: JSON.stringify(line),
    ingestionTime: time + 900,
  };
}

async function time(
  server: LogsServer,
  args: string[],
): Promise<{ seconds: number; memory: number; lines: number }> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
  let lines = 0;
  const run = await timedRun(process.execPath, [ENTRY, 'logs', '--since', '2026-11-20', ...args], {
    env,
    onOutput(chunk) {
      for (const byte of chunk) if (byte === 10) lines++;
    },
  });
  return { ...run, lines };
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, count, args] of [
    ['100,000 events', EVENTS, []],
    ['100,000 events as JSON', EVENTS, ['--json']],
    ['300,000 events as JSON', 3 * EVENTS, ['--json']],
  ] as const) {
    const server = await startLogsServer(count, eventAt);
    try {
      const runs = [];
      for (let round = 0; round < ROUNDS; round++) runs.push(await time(server, [...args]));
      const { lines } = runs[0]!;
      if (lines !== count) throw new Error(`${lines} lines of ${count}`);
      const memory = Math.max(...runs.map((each) => each.memory));
      rows.push(
        { name: `logs over ${name}`, value: median(runs.map((each) => each.seconds)), unit: 's' },
        {
          name: `peak memory of it`,
          value: memory,
          unit: 'MB',
          target: `under ${MEMORY}`,
          ok: memory < MEMORY,
        },
      );
    } finally {
      await server.close();
    }
  }
  return rows;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) printRows(await run());

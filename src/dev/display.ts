import type { CliContext } from '../context.ts';
import { renderLogLine } from '../render/log-line.ts';
import { fittingWidth } from '../render/table.ts';
import type { LocalBucket } from '../targets/local/local-bucket.ts';
import type { Limits } from '../targets/local/local-limits.ts';
import { parseLogLine } from '../targets/log-line-parser.ts';
import { renderWelcome } from './welcome.ts';

export interface Listening {
  url: string;
  stage: string;
  /** Missing with --no-auth. */
  key: string | undefined;
  limits: Limits;
  /** Who writes summaries, where that is not the embedded summarizer. */
  model: string | undefined;
}

/** What `dev` prints: where it listens, then requests as they come. NDJSON events under --json. */
export function devDisplay({ io }: CliContext, bucket: LocalBucket) {
  const event = (name: string, fields: object) => io.out(JSON.stringify({ event: name, ...fields }));
  return {
    listening(listening: Listening): void {
      const { url, stage, limits, model } = listening;
      if (io.json)
        event('listening', {
          url,
          mcp_url: `${url}/mcp`,
          stage,
          bucket: bucket.label,
          pid: process.pid,
          limits,
          model: model ?? 'extractive-1',
        });
      else io.write(renderWelcome(io, bucket, listening));
    },
    logLine(text: string): void {
      const line = parseLogLine(text);
      if (line.message !== 'request' && line.level !== 'error') return;
      if (io.json)
        event('request', {
          time: new Date(line.time).toISOString(),
          request_id: line.requestId,
          ...line.fields,
        });
      else io.out(renderLogLine(line, io.outStyle, fittingWidth(io)));
    },
    stopping(): void {
      if (io.json) event('stopping', {});
      else io.note('Stopping: requests in flight are finished first (Ctrl-C again ends them).');
    },
  };
}

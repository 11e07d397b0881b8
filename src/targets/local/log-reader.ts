import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine, LogQuery } from '../log-line.ts';
import { logFiles } from './log-files.ts';
import { lineMatcher } from './log-match.ts';
import { LogTail } from './log-tail.ts';

/** How often a followed log is looked at. File watching misses changes on network and container mounts. */
const POLL_MS = 200;

/**
 * Lines of the local log, from the oldest file to the newest. With `follow` it waits for more, also for a log
 * that does not exist yet, and ends without an error when the signal is aborted.
 *
 * Nothing is lost or repeated when files are moved away meanwhile: a file is known by its identity, not by its
 * name, and stays open as long as it is a part of the log, so that the system cannot give its identity to another.
 *
 * @throws failed (exit 1) where the log cannot be read; the signal's reason when it is aborted without `follow`
 */
export async function* readLogLines(
  folder: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const match = lineMatcher(query);
  /** By identity, the oldest first. */
  const tails = new Map<string, LogTail>();
  try {
    for (;;) {
      const gone = await lookAround(folder, query, tails);
      for (const [id, tail] of tails) {
        for await (const lines of tail.lines()) {
          if (signal.aborted) break;
          yield* match(lines);
        }
        if (signal.aborted) break;
        if (!query.follow || gone.has(id)) yield* match(tail.lastLine());
        if (gone.has(id)) {
          tails.delete(id);
          await tail.close();
        }
      }
      if (!query.follow) {
        signal.throwIfAborted();
        return;
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  } finally {
    for (const tail of tails.values()) await tail.close();
  }
}

/** Opens the files that are new, and says which of the known ones are no part of the log any more. */
async function lookAround(
  folder: string,
  query: LogQuery,
  tails: Map<string, LogTail>,
): Promise<Set<string>> {
  const gone = new Set(tails.keys());
  const fresh: [string, LogTail][] = [];
  // The newest first: a file that is moved away in between is met a second time, and not missed.
  for (const path of logFiles(folder)) {
    const tail = await LogTail.open(path);
    if (tail === undefined) continue;
    const { id, modified } = await tail.identity();
    const known = tails.has(id) || fresh.some(([other]) => other === id);
    gone.delete(id);
    // A file whose last line is older than what is asked for. A followed one may still grow.
    const old = !query.follow && modified < query.since;
    if (known || old) await tail.close();
    else fresh.unshift([id, tail]);
  }
  for (const [id, tail] of fresh) tails.set(id, tail);
  return gone;
}

import { CliError, EXIT, InterruptedError } from '../errors.ts';
import { describeFailure, type Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { withProgress } from '../render/progress.ts';
import type { Target, UploadFile, UploadResult } from '../targets/target.ts';

export type UploadOutcome =
  | UploadResult
  | { key: string; status: 'failed'; failure: Failure; cause: unknown };

/** A file of the plan, with its size in bytes where it is known ahead. */
export interface PlannedFile extends UploadFile {
  size: number | undefined;
}

export interface UploadAllOptions {
  io: Io;
  signal: AbortSignal;
  concurrency: number;
  noClobber: boolean;
}

/** Bytes of a file that are in memory at most, before it goes in parts; and of all files together. */
const HELD_OF_ONE = 8 * 1024 * 1024;
const HELD_OF_ALL = 2 * HELD_OF_ONE;

/**
 * Uploads the files, some at a time, with one progress display. A file that fails does not stop the others: the
 * outcomes stand in the order of the plan. Only an interruption ends it all.
 */
export async function uploadAll(
  target: Target,
  files: PlannedFile[],
  options: UploadAllOptions,
): Promise<UploadOutcome[]> {
  const { io, signal, concurrency, noClobber } = options;
  const outcomes: UploadOutcome[] = new Array(files.length);
  const total = files.some(({ size }) => size === undefined)
    ? undefined
    : files.reduce((sum, { size }) => sum + size!, 0);
  const title =
    files.length === 1 ? `Uploading ${io.show(files[0]!.key)}` : `Uploading ${files.length} files`;
  await withProgress(io, title, async (display) => {
    let done = 0;
    let next = 0;
    const room = roomFor(HELD_OF_ALL);
    const worker = async () => {
      while (next < files.length) {
        signal.throwIfAborted();
        const index = next++;
        const file = files[index]!;
        let taken = 0;
        const held = Math.min(file.size ?? HELD_OF_ONE, HELD_OF_ONE);
        await room.take(held);
        signal.throwIfAborted();
        const onProgress = (bytes: number) => {
          done += bytes - taken;
          taken = bytes;
          display.report({ done, total });
        };
        outcomes[index] = await target
          .upload(file, { noClobber, sha256: io.json, onProgress, signal })
          .catch((cause) => failedOutcome(file.key, cause, signal))
          .finally(() => room.give(held));
      }
    };
    // All of them, so that each has taken away what it left half done.
    const ends = await Promise.allSettled(
      Array.from({ length: Math.min(concurrency, files.length) }, worker),
    );
    for (const end of ends) if (end.status === 'rejected') throw stopped(end.reason, outcomes);
  });
  return outcomes;
}

/** Lets so much in at a time: many small files, or a few large ones. What is larger than all of it goes alone. */
function roomFor(bytes: number) {
  let held = 0;
  let waiting: (() => void)[] = [];
  return {
    async take(more: number): Promise<void> {
      while (held > 0 && held + more > bytes) await new Promise<void>((resolve) => waiting.push(resolve));
      held += more;
    },
    give(less: number): void {
      held -= less;
      const woken = waiting;
      waiting = [];
      for (const resolve of woken) resolve();
    },
  };
}

/** An interruption says what is there already: each file is whole or not there at all. */
function stopped(reason: unknown, outcomes: UploadOutcome[]): unknown {
  if (!(reason instanceof InterruptedError)) return reason;
  const done = outcomes.filter((outcome) => outcome?.status === 'uploaded').length;
  const { exitCode, code } = reason;
  if (done === 0) return new CliError(exitCode, code, 'interrupted: nothing was uploaded');
  return new CliError(exitCode, code, `interrupted: ${done} of ${outcomes.length} files were uploaded`, {
    suggestions: ['for the others: the same command with --no-clobber'],
  });
}

function failedOutcome(key: string, cause: unknown, signal: AbortSignal): UploadOutcome {
  if (signal.aborted) throw signal.reason;
  const failure = describeFailure(cause);
  if (failure.exitCode === EXIT.interrupted || failure.stack !== undefined) throw cause;
  return { key, status: 'failed', failure, cause };
}

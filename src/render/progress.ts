import type { Io } from '../io.ts';
import { formatBytes } from './bytes.ts';

/** Amounts in bytes (or characters) so far and in all; `total` is missing where it is not known. */
export interface Progress {
  done: number;
  total: number | undefined;
}

export interface ProgressDisplay {
  report(progress: Progress): void;
  /** Takes the display away, for text that comes now. */
  stop(): Promise<void>;
}

/** Work that is done sooner shows no progress: a flash of a spinner helps nobody. */
const DELAY_MS = 250;
/** Between two lines where nobody watches. */
const PLAIN_MS = 10_000;

/**
 * Runs the work with its progress on stderr: a live line on a terminal, a plain line now and then elsewhere,
 * nothing under --json.
 */
export async function withProgress<T>(
  io: Io,
  title: string,
  work: (display: ProgressDisplay) => Promise<T>,
): Promise<T> {
  const display = io.json ? silent : io.stderr.isTTY ? liveDisplay(io, title) : plainDisplay(io, title);
  try {
    return await work(display);
  } finally {
    await display.stop();
  }
}

const silent: ProgressDisplay = { report: () => {}, stop: async () => {} };

function plainDisplay(io: Io, title: string): ProgressDisplay {
  const started = Date.now();
  let last = started;
  return {
    report(progress) {
      const now = Date.now();
      if (now - last < PLAIN_MS) return;
      last = now;
      io.note(`${title}: ${progressText(progress, now - started)}`);
    },
    stop: async () => {},
  };
}

function liveDisplay(io: Io, title: string): ProgressDisplay {
  const started = Date.now();
  let latest: Progress | undefined;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let shown: Promise<unknown> | undefined;
  const timer = setTimeout(() => {
    shown = showTask(io, title, ended, () => latest && progressText(latest, Date.now() - started));
  }, DELAY_MS);
  return {
    report(progress) {
      latest = progress;
    },
    async stop() {
      clearTimeout(timer);
      end();
      await shown;
    },
  };
}

/** One task of listr2 on stderr, which is gone when it ends. */
async function showTask(
  io: Io,
  title: string,
  ended: Promise<void>,
  text: () => string | undefined,
): Promise<void> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const stderr = io.stderr as NodeJS.WriteStream;
  const tasks = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const tick = setInterval(() => {
            const now = text();
            if (now !== undefined) task.title = `${title}: ${now}`;
          }, 100);
          await ended;
          clearInterval(tick);
        },
      },
    ],
    {
      registerSignalListeners: false,
      forceTTY: true,
      rendererOptions: {
        clearOutput: true,
        logger: new ListrLogger({ processOutput: new ProcessOutput(stderr, stderr) }),
      },
    },
  );
  await tasks.run();
}

function progressText({ done, total }: Progress, elapsedMs: number): string {
  const rate = elapsedMs > 500 ? `, ${formatBytes(done / (elapsedMs / 1000))}/s` : '';
  if (total === undefined || total === 0) return `${formatBytes(done)}${rate}`;
  const share = Math.min(100, Math.floor((100 * done) / total));
  return `${share}%, ${formatBytes(done)} of ${formatBytes(total)}${rate}`;
}

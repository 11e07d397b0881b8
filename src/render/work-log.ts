import type { Io } from '../io.ts';
import { printable } from './printable.ts';

/** What long work says while it goes on, on stderr; nothing under --json. */
export interface WorkLog {
  /** Something begins: a line that stays. */
  report(line: string): void;
  /** How far it has come: a line that the next one replaces. Elsewhere than on a terminal one now and then. */
  progress(line: string): void;
  /** Takes the last progress away, for text that comes now. */
  stop(): void;
}

/** Between two lines of progress where nobody watches. */
const PLAIN_MS = 10_000;
/** A terminal is drawn at most this often. */
const DRAW_MS = 80;

export function workLog(io: Io, now: () => number = Date.now): WorkLog {
  if (io.json) return { report: () => {}, progress: () => {}, stop: () => {} };
  return io.stderr.isTTY ? liveLog(io, now) : plainLog(io, now);
}

function plainLog(io: Io, now: () => number): WorkLog {
  let last = now();
  return {
    report(line) {
      last = now();
      io.note(line);
    },
    progress(line) {
      if (now() - last < PLAIN_MS) return;
      last = now();
      io.note(`  ${line}`);
    },
    stop: () => {},
  };
}

function liveLog(io: Io, now: () => number): WorkLog {
  let last = 0;
  let waiting: string | undefined;
  let shown = false;
  let timer: NodeJS.Timeout | undefined;
  const draw = (line: string) => {
    last = now();
    waiting = undefined;
    shown = true;
    const { columns = 80 } = io.stderr;
    // Longer than the line it would wrap, and could not be drawn over.
    const text = [...`  ${printable(line)}`].slice(0, columns - 1).join('');
    io.stderr.write(`\r${io.errStyle.dim(text)}\x1b[K`);
  };
  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
    waiting = undefined;
    if (shown) io.stderr.write('\r\x1b[K');
    shown = false;
  };
  return {
    report(line) {
      clear();
      io.stderr.write(`${printable(line)}\n`);
    },
    progress(line) {
      waiting = line;
      timer ??= setTimeout(
        () => {
          timer = undefined;
          if (waiting !== undefined) draw(waiting);
        },
        Math.max(0, DRAW_MS - (now() - last)),
      );
    },
    stop: clear,
  };
}

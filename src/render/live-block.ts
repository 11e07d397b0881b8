import cliTruncate from 'cli-truncate';
import type { Io } from '../io.ts';

/** Lines at the end of a terminal that are drawn anew, while other lines pass above them. */
export interface LiveBlock {
  draw(lines: string[]): void;
  /** Lines that stay, above the block. */
  print(lines: string[]): void;
  clear(): void;
}

/** On stderr, which must be a terminal. */
export function liveBlock({ stderr }: Pick<Io, 'stderr'>): LiveBlock {
  let drawn: string[] = [];
  const back = () => (drawn.length === 0 ? '' : `\x1b[${drawn.length}A\r\x1b[J`);
  const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
  return {
    draw(lines) {
      const { columns = 80, rows = 24 } = stderr as { columns?: number; rows?: number };
      // What wraps or has left the screen at its top cannot be drawn over.
      const fitting = lines.slice(0, rows - 1).map((line) => cliTruncate(line, columns - 1));
      if (fitting.join('\n') === drawn.join('\n')) return;
      const before = back();
      drawn = fitting;
      stderr.write(before + text(fitting));
    },
    print(lines) {
      const block = drawn;
      stderr.write(back() + text(lines) + text(block));
    },
    clear() {
      stderr.write(back());
      drawn = [];
    },
  };
}

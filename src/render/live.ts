import type { Io } from '../io.ts';

/**
 * Shows text that is replaced by the next: in place on a terminal, one below the other elsewhere, where a text
 * that has not changed is not repeated.
 */
export function liveText(io: Io): (lines: string[]) => void {
  let before: string[] = [];
  if (!io.stdout.isTTY) {
    return (lines) => {
      if (lines.join('\n') !== before.join('\n')) for (const line of lines) io.out(line);
      before = lines;
    };
  }
  return (lines) => {
    // What has left the screen at its top cannot be drawn over.
    const shown = lines.slice(0, screenRows(io));
    const back = before.length > 0 ? `\x1b[${before.length}A` : '';
    io.write(`${back}\r${shown.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    before = shown;
  };
}

/** Lines of the screen that text can be drawn over in; undefined where there is no terminal. */
export function screenRows(io: Io): number | undefined {
  const { isTTY, rows = 24 } = io.stdout as { isTTY?: boolean; rows?: number };
  return isTTY ? rows - 1 : undefined;
}

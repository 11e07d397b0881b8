import type { LogLine } from '../log-line.ts';

/** So many milliseconds after a line another may still come that was written before it. */
const HOLD_MS = 10_000;

/** More lines are not held, so that a busy log cannot fill the memory. */
const MOST = 20_000;

/**
 * Brings the lines of several tasks into order of time. They come almost in order: each is held until a later one
 * shows that nothing before it is missing.
 */
export class LineOrder {
  private held: LogLine[] = [];

  add(line: LogLine): void {
    const { held } = this;
    let at = held.length;
    while (at > 0 && held[at - 1]!.time > line.time) at--;
    if (at === held.length) held.push(line);
    else held.splice(at, 0, line);
  }

  /** Lines that can go. */
  ready(): LogLine[] {
    const { held } = this;
    const limit = (held.at(-1)?.time ?? 0) - HOLD_MS;
    let count = Math.max(0, held.length - MOST);
    while (count < held.length && held[count]!.time < limit) count++;
    return held.splice(0, count);
  }

  /** All of them, where no earlier one can come. */
  rest(): LogLine[] {
    return this.held.splice(0);
  }
}

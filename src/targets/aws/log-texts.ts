import type { LogEvent } from '../../aws/logs.ts';

export interface LogText {
  /** Of several lines where a crash was told in several events. */
  text: string;
  /** Milliseconds since the epoch. */
  time: number;
}

interface Open extends LogText {
  lastTime: number;
  lines: number;
  /** The beginning of a long line of JSON, of which the rest comes in further events. */
  cut: boolean;
  /** When something was added last, by our clock. */
  touchedAt: number;
}

/** Lines of one crash come within so many milliseconds of one another. */
const TOGETHER_MS = 1000;
const MOST_LINES = 500;

/** Container runtimes pass a line on in pieces of 16 KiB, in bytes, of which the last character may be broken. */
const PIECE = 16 * 1024 - 4;
const LONGEST = 1024 * 1024;

/**
 * Puts together what belongs together: the lines of a crash, which the container's log driver sends as events of
 * their own, and the pieces of a long line. Every other line is passed on at once. Events of a stream come in order.
 */
export class LogTexts {
  private readonly open = new Map<string, Open>();
  private readonly clock: () => number;

  /** @param clock milliseconds, from any beginning */
  constructor(clock: () => number = () => performance.now()) {
    this.clock = clock;
  }

  /** Texts that are complete with this event: also of other streams, where it is later than all that belongs to them. */
  add(event: LogEvent): LogText[] {
    const before = [...this.open].flatMap(([stream, { lastTime }]) =>
      event.time - lastTime > TOGETHER_MS ? this.close(stream) : [],
    );
    return [...before, ...this.put(event)];
  }

  /** Texts to which nothing was added for a while. */
  idle(): LogText[] {
    const since = this.clock() - TOGETHER_MS;
    return [...this.open].flatMap(([stream, { touchedAt }]) =>
      touchedAt <= since ? this.close(stream) : [],
    );
  }

  /** What is left where nothing more comes. */
  end(): LogText[] {
    return [...this.open.keys()].flatMap((stream) => this.close(stream));
  }

  private put({ stream, time, message }: LogEvent): LogText[] {
    const text = message.replace(/\r?\n$/, '');
    const open = this.open.get(stream);
    if (open?.cut) {
      open.text += text;
      open.touchedAt = this.clock();
      const ends = Buffer.byteLength(text) < PIECE || open.text.length > LONGEST;
      return ends ? this.close(stream) : [];
    }
    const isJson = text.startsWith('{');
    if (open !== undefined && !isJson && open.lines < MOST_LINES) {
      Object.assign(open, {
        text: `${open.text}\n${text}`,
        lastTime: time,
        lines: open.lines + 1,
        touchedAt: this.clock(),
      });
      return [];
    }
    const before = this.close(stream);
    const cut = isJson && Buffer.byteLength(text) >= PIECE && !text.endsWith('}');
    if (isJson && !cut) return [...before, { text, time }];
    if (text !== '')
      this.open.set(stream, { text, time, lastTime: time, lines: 1, cut, touchedAt: this.clock() });
    return before;
  }

  private close(stream: string): LogText[] {
    const open = this.open.get(stream);
    if (open === undefined) return [];
    this.open.delete(stream);
    return [{ text: open.text, time: open.time }];
  }
}

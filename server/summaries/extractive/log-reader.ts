import type { FocusMatch } from './focus.ts';
import { type LogEntry, type LogLevel, parseLogLine } from './log-line.ts';
import { pinned, ratedLine } from './passage.ts';
import type { Rated } from './scoring.ts';

const RANK: Readonly<Record<LogLevel, number>> = { FATAL: 6, ERROR: 4.5, WARN: 3, INFO: 0.5, DEBUG: 0 };
/** Kinds of lines kept; when there are more, the less severe and rarer half goes. */
const KINDS = 600;
/** Longest message shown, in UTF-16 units. */
const MESSAGE_LIMIT = 240;

interface Kind {
  entry: LogEntry;
  order: number;
  count: number;
  last: string;
  focus: number;
}

/**
 * Reads a log: counts lines by level, gathers those that differ in numbers and quoted values only, and tells the most
 * severe kinds with how often they came.
 */
export class LogReader {
  private readonly focus: FocusMatch | undefined;
  private kinds = new Map<string, Kind>();
  private readonly counts: Record<LogLevel, number> = { FATAL: 0, ERROR: 0, WARN: 0, INFO: 0, DEBUG: 0 };
  private lines = 0;
  private from = '';
  private to = '';

  constructor(focus: FocusMatch | undefined) {
    this.focus = focus;
  }

  line(line: string): void {
    const entry = line.trim() === '' ? undefined : parseLogLine(line);
    if (entry === undefined || !/[\p{L}\p{N}]/u.test(entry.message)) return;
    this.lines++;
    this.counts[entry.level]++;
    if (entry.time !== '') {
      if (this.from === '') this.from = ` ${entry.time}`.slice(1);
      this.to = entry.time;
    }
    const key =
      entry.level +
      entry.message
        .replace(/"[^"]*"|'[^']*'|\b(?=[a-f]*\d)[0-9a-f]{6,}(?:-[0-9a-f]+)*\b|\d+(?:[.:]\d+)*/gi, '#')
        .slice(0, 200);
    const kind = this.kinds.get(key);
    if (kind !== undefined) {
      kind.count++;
      kind.last = entry.time;
      return;
    }
    if (this.kinds.size >= KINDS) this.prune();
    const kept = JSON.parse(JSON.stringify(entry)) as LogEntry;
    this.kinds.set(` ${key}`.slice(1), {
      entry: kept,
      order: this.lines,
      count: 1,
      last: kept.time,
      focus: this.focus?.(entry.message) ?? 0,
    });
  }

  end(): void {}

  rated(): Rated[] {
    if (this.lines === 0) return [];
    const overview = `${this.lines.toLocaleString('en')} log ${this.lines === 1 ? 'line' : 'lines'}${this.from === '' ? '' : ` from ${seconds(this.from)} to ${seconds(this.to)}`}: ${this.tally()}.`;
    return [
      pinned(overview),
      ...[...this.kinds.values()].map((kind) => ratedLine(sentence(kind), kind.order, points(kind))),
    ];
  }

  private tally(): string {
    const errors = this.counts.ERROR + this.counts.FATAL;
    const parts = [many(errors, 'error'), many(this.counts.WARN, 'warning')];
    if (this.counts.FATAL > 0) parts[0] += ` (${this.counts.FATAL.toLocaleString('en')} fatal)`;
    return parts.join(' and ');
  }

  private prune(): void {
    const best = [...this.kinds].sort(([, a], [, b]) => points(b) - points(a) || a.order - b.order);
    this.kinds = new Map(best.slice(0, KINDS / 2));
  }
}

function many(count: number, noun: string): string {
  if (count === 0) return `no ${noun}s`;
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function points(kind: Kind): number {
  return RANK[kind.entry.level] + Math.min(1.5, 0.5 * Math.log10(kind.count)) + 4 * kind.focus;
}

function sentence({ entry, count, last }: Kind): string {
  const message =
    entry.message.length > MESSAGE_LIMIT
      ? `${entry.message.slice(0, MESSAGE_LIMIT).replace(/\S*$/, '').trim()}…`
      : entry.message;
  const time = entry.time === '' ? '' : `${seconds(entry.time)} `;
  const often =
    count === 1 ? '' : ` (${count.toLocaleString('en')} times${last === '' ? '' : `, last ${clock(last)}`})`;
  return `${time}${entry.level} ${message.replace(/[.;,:]+$/, '')}${often}.`;
}

/** A time without its fraction of a second. */
function seconds(time: string): string {
  return time.replace(/(:\d{2})[.,]\d+/, '$1');
}

/** The hour of a time: the day stands before it in the same sentence or log. */
function clock(time: string): string {
  return /(?<!\d)\d{2}:\d{2}:\d{2}/.exec(time)?.[0] ?? time;
}

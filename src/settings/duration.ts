import { usageError } from '../errors.ts';

const UNIT_MS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const DURATION = /^(?:\d+(?:\.\d+)?[smhdw])+$/;
const PART = /(\d+(?:\.\d+)?)([smhdw])/g;

/** A calendar date, with a time or without. Without an offset it is this machine's time. */
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** A longer stretch than this is a typing mistake, and dates would overflow. */
const LONGEST_MS = 100 * 365 * UNIT_MS.d!;

/**
 * Milliseconds of a duration such as `90s`, `30m`, `1h`, `2d`, `1w`, `1h30m`.
 * @param name what the text was given for, for the message ("--grace")
 * @throws usage error (exit 2)
 */
export function parseDuration(text: string, name: string): number {
  const ms = durationMs(text);
  if (ms === undefined) {
    throw usageError(`${name} ${JSON.stringify(text)} is no duration`, [
      'write a number and s, m, h, d or w: 90s, 30m, 24h, 2d, 1h30m',
    ]);
  }
  return ms;
}

/**
 * A moment in milliseconds since the epoch: a duration before `now` (`1h`), or a date (`2026-11-24`,
 * `2026-11-24T10:30`, with `Z` or an offset where it is not this machine's time).
 * @throws usage error (exit 2)
 */
export function parseMoment(text: string, now: number, name: string): number {
  const ago = durationMs(text);
  if (ago !== undefined) return now - ago;
  const time = dateMs(text);
  if (time === undefined) {
    throw usageError(`${name} ${JSON.stringify(text)} is neither a duration nor a date`, [
      'write how long ago it was (30m, 1h, 2d) or a date (2026-11-24, 2026-11-24T10:30, 2026-11-24T10:30Z)',
    ]);
  }
  return time;
}

/** The stretch that --since and --until name. Throws a usage error where it is empty or has not begun. */
export function parseRange(
  flags: { since: string; until?: string | undefined },
  now: number,
): { since: number; until?: number } {
  const since = parseMoment(flags.since, now, '--since');
  if (since > now) throw usageError(`--since ${flags.since} has not come yet`);
  if (flags.until === undefined) return { since };
  const until = parseMoment(flags.until, now, '--until');
  if (until <= since) throw usageError(`--until ${flags.until} is not after --since ${flags.since}`);
  return { since, until };
}

function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(PART)) ms += Number(amount) * UNIT_MS[unit!]!;
  return ms <= LONGEST_MS ? ms : undefined;
}

function dateMs(text: string): number | undefined {
  if (!DATE.test(text)) return undefined;
  // JavaScript takes a date without a time for UTC, and one with a time for local.
  const time = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
  const day = Number(text.slice(8, 10));
  // The 31st of a short month would silently become the next month's first.
  const daysOfMonth = new Date(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0).getDate();
  return Number.isNaN(time) || day > daysOfMonth ? undefined : time;
}

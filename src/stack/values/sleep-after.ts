import { usageError } from '../../errors.ts';
import { parseDuration } from '../../settings/duration.ts';

/** The keeper looks every five minutes. */
const SHORTEST = 5;
const LONGEST = 7 * 24 * 60;

/** Minutes without a request after which the service sleeps; `0` is off. @throws usage error (exit 2) */
export function readSleepAfter(value: unknown, name: string): string {
  const text = String(value).trim();
  if (text === 'off') return '0';
  const minutes = parseDuration(text, name) / 60_000;
  if (Number.isInteger(minutes) && minutes >= SHORTEST && minutes <= LONGEST) return String(minutes);
  throw usageError(`${name} ${text} is not from 5m to 7d, in whole minutes`, [
    'the keeper looks every five minutes; off turns sleeping off',
  ]);
}

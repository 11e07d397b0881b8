import { usageError } from '../../errors.ts';
import { readCron } from './cron.ts';

/** When the service runs, as the template's parameters say it. */
export interface Schedule {
  up: string;
  down: string;
  /** Of the IANA database. */
  timezone: string;
}

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const HOURS = /^(?:(\S+)\s+)?(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)(?:\s+(\S+))?$/;
const CRONS = /^(cron\([^()]*\))[\s;]+(cron\([^()]*\))(?:[\s;]+(\S+))?$/i;

/**
 * Reads when the service is to run: `mon-fri 07:00-19:00 Europe/Berlin` (days and zone may be left out), or two cron
 * expressions of AWS, the first for waking, the second for sleeping.
 * @param name where it was given, for the message
 * @throws usage error (exit 2)
 */
export function readSchedule(value: unknown, name: string): Schedule {
  const text = String(value).trim();
  const crons = CRONS.exec(text);
  if (crons !== null) {
    return {
      up: readCron(crons[1]!, name),
      down: readCron(crons[2]!, name),
      timezone: readZone(crons[3] ?? 'UTC', name),
    };
  }
  // A single or a broken cron expression is told as one.
  if (/^cron/i.test(text)) {
    readCron(text, name);
    throw usageError(
      `${name}: there is one cron expression, and it takes two: when to wake and when to sleep`,
      [EXAMPLE],
    );
  }
  const hours = HOURS.exec(text);
  if (hours === null) {
    throw usageError(`${name} ${JSON.stringify(value)} is no schedule`, [EXAMPLE, CRON_EXAMPLE]);
  }
  const [, days = 'sun-sat', fromHour, fromMinute, toHour, toMinute, zone = 'UTC'] = hours;
  const from = readClock(fromHour!, fromMinute!, name);
  const to = readClock(toHour!, toMinute!, name);
  if (from === to) throw usageError(`${name}: ${text} begins and ends at the same time`, [EXAMPLE]);
  const on = readDays(days, name);
  // What ends before it begins ends on the next day.
  const off = to > from ? on : on.map((day) => (day + 1) % 7);
  return {
    up: cronAt(from, on),
    down: cronAt(to, off),
    timezone: readZone(zone, name),
  };
}

const EXAMPLE = 'write days, hours and time zone: "mon-fri 07:00-19:00 Europe/Berlin"';
const CRON_EXAMPLE =
  'or two cron expressions, waking and sleeping: "cron(0 7 ? * MON-FRI *) cron(0 19 ? * MON-FRI *) Europe/Berlin"';

/** Minutes of the day. */
function readClock(hour: string, minute: string, name: string): number {
  const [hours, minutes] = [Number(hour), Number(minute)];
  if (hours <= 23 && minutes <= 59) return hours * 60 + minutes;
  throw usageError(`${name}: there is no time ${hour}:${minute}`, ['hours are 00:00 to 23:59']);
}

function readDays(text: string, name: string): number[] {
  const days = new Set<number>();
  const dayOf = (word: string | undefined) => {
    const index = DAYS.indexOf((word ?? '').toUpperCase());
    if (index >= 0) return index;
    throw usageError(`${name}: ${JSON.stringify(text)} are no days`, ['such as mon-fri, or mon,wed,fri']);
  };
  for (const item of text.split(',')) {
    const [from, to, more] = item.split('-');
    const first = dayOf(from);
    const last = to === undefined ? first : dayOf(to);
    if (more !== undefined) dayOf(undefined);
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

function cronAt(minutes: number, days: number[]): string {
  const words = days.length === 7 ? '*' : days.map((day) => DAYS[day]).join(',');
  return `cron(${minutes % 60} ${Math.floor(minutes / 60)} ? * ${words} *)`;
}

function readZone(zone: string, name: string): string {
  try {
    // Also checks: it throws for a name that the IANA database does not have.
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw usageError(`${name}: ${JSON.stringify(zone)} is no time zone`, [
      'such as Europe/Berlin, America/New_York or UTC',
    ]);
  }
  if (/^[+-]/.test(zone)) {
    throw usageError(`${name}: ${JSON.stringify(zone)} is an offset, and it takes a time zone`, [
      'such as Europe/Berlin, which knows about summer time',
    ]);
  }
  return zone;
}

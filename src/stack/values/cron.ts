import { usageError } from '../../errors.ts';

interface Field {
  name: string;
  min: number;
  max: number;
  words?: string[];
  /** Characters of its own, besides `* , - /`. */
  extra?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Application Auto Scaling User Guide, "Scheduled scaling using cron expressions". */
const FIELDS: Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31, extra: /^(?:\?|L|LW|(?:[1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    words: DAYS,
    extra: /^(?:\?|L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5]))$/,
  },
  { name: 'year', min: 1970, max: 2199 },
];

/**
 * Checks a cron expression of AWS: `cron(minutes hours day-of-month month day-of-week year)`, where one of the two
 * days is `?`.
 * @param name where it was given, for the message
 * @throws usage error (exit 2) that names the field
 */
export function readCron(text: string, name: string): string {
  const wrong = (why: string) =>
    usageError(`${name}: ${JSON.stringify(text)} is no cron expression of AWS: ${why}`, [
      'six fields, one of the two days being "?": cron(0 7 ? * MON-FRI *) is 7:00 from Monday to Friday',
    ]);
  const inner = /^cron\((.*)\)$/i.exec(text.trim())?.[1];
  if (inner === undefined) throw wrong('it is not written as cron(…)');
  const parts = inner.trim().toUpperCase().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    throw wrong(`it has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'} instead of six`);
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const item of parts[index]!.split(',')) {
      if (!fits(item, field)) throw wrong(`the ${field.name} cannot be ${JSON.stringify(parts[index])}`);
    }
  }
  const days = [parts[2], parts[4]].filter((day) => day === '?').length;
  if (days === 0) throw wrong('day of the month and day of the week are both given: make one of them "?"');
  if (days === 2) throw wrong('both days are "?": make one of them "*"');
  return `cron(${parts.join(' ')})`;
}

function fits(item: string, field: Field): boolean {
  if (field.extra?.test(item)) return true;
  const [range = '', step, more] = item.split('/');
  if (more !== undefined || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) return false;
  if (range === '*') return true;
  const [from, to, rest] = range.split('-');
  const first = numberOf(from, field);
  if (first === undefined || rest !== undefined) return false;
  if (to === undefined) return true;
  const last = numberOf(to, field);
  // Days and months may go round: FRI-MON.
  return last !== undefined && (first <= last || field.words !== undefined);
}

function numberOf(text: string | undefined, { min, max, words }: Field): number | undefined {
  const word = words?.indexOf(text ?? '') ?? -1;
  if (word >= 0) return word + min;
  if (!/^\d{1,4}$/.test(text ?? '')) return undefined;
  const number = Number(text);
  return number >= min && number <= max ? number : undefined;
}

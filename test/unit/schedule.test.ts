import { expect } from 'chai';
import fc from 'fast-check';
import type { CliError } from '../../src/errors.ts';
import { readCron } from '../../src/stack/values/cron.ts';
import { readSchedule } from '../../src/stack/values/schedule.ts';

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as CliError).message;
  }
  return expect.fail('it was taken');
};

describe('cron expressions of AWS', () => {
  const right = [
    'cron(0 7 ? * MON-FRI *)',
    'cron(0/15 * * * ? *)',
    'cron(0 18 L * ? *)',
    'cron(0 18 LW * ? *)',
    'cron(30 6 1,15 JAN-JUN ? 2027-2030)',
    'cron(0 7 ? * FRI-MON *)',
    'cron(0 7 ? * 2#1 *)',
    'cron(0 7 ? * 6L *)',
    'cron(0 7 15W * ? *)',
  ];
  for (const text of right) it(`takes ${text}`, () => expect(readCron(text, '--schedule')).to.equal(text));

  it('evens out case and blanks', () => {
    expect(readCron(' CRON( 0  7 ? * mon *) ', '--schedule')).to.equal('cron(0 7 ? * MON *)');
  });

  const wrong: [string, string][] = [
    ['0 7 * * 1', 'it is not written as cron(…)'],
    ['cron(0 7 * * 1)', 'it has 5 fields instead of six'],
    ['cron()', 'it has 1 field instead of six'],
    ['cron(60 7 ? * MON *)', 'the minutes cannot be "60"'],
    ['cron(0 24 ? * MON *)', 'the hours cannot be "24"'],
    ['cron(0 7 ? * 0 *)', 'the day of the week cannot be "0"'],
    ['cron(0 7 32 * ? *)', 'the day of the month cannot be "32"'],
    ['cron(0 7 ? 13 MON *)', 'the month cannot be "13"'],
    ['cron(0 7 ? * MON 1969)', 'the year cannot be "1969"'],
    ['cron(5-1 7 ? * MON *)', 'the minutes cannot be "5-1"'],
    ['cron(0/0 7 ? * MON *)', 'the minutes cannot be "0/0"'],
    ['cron(0 7 * * MON *)', 'day of the month and day of the week are both given: make one of them "?"'],
    ['cron(0 7 ? * ? *)', 'both days are "?": make one of them "*"'],
  ];
  for (const [text, why] of wrong) {
    it(`refuses ${text}`, () => {
      const message = messageOf(() => readCron(text, '--schedule'));
      expect(message).to.equal(`--schedule: ${JSON.stringify(text)} is no cron expression of AWS: ${why}`);
    });
  }
});

describe('schedules', () => {
  it('sleeps on the next day where the hours go over midnight', () => {
    expect(readSchedule('fri,sat 20:00-02:30', '--schedule')).to.deep.equal({
      up: 'cron(0 20 ? * FRI,SAT *)',
      down: 'cron(30 2 ? * SAT,SUN *)',
      timezone: 'UTC',
    });
  });

  it('is every day without days', () => {
    expect(readSchedule('7:05-19:00 Asia/Tokyo', '--schedule')).to.deep.equal({
      up: 'cron(5 7 ? * * *)',
      down: 'cron(0 19 ? * * *)',
      timezone: 'Asia/Tokyo',
    });
  });

  it('takes two cron expressions', () => {
    const text = 'cron(0 7 ? * MON-FRI *) cron(0 19 ? * MON-FRI *) Europe/Berlin';
    expect(readSchedule(text, '--schedule').timezone).to.equal('Europe/Berlin');
  });

  const wrong: [string, RegExp][] = [
    ['', /is no schedule$/],
    ['always', /is no schedule$/],
    ['mon-fri 7-19', /is no schedule$/],
    ['mon-fri 25:00-26:00', /there is no time 25:00$/],
    ['mon-fri 07:60-19:00', /there is no time 07:60$/],
    ['mon-fry 07:00-19:00', /"mon-fry" are no days$/],
    ['mon-wed-fri 07:00-19:00', /are no days$/],
    ['07:00-07:00', /begins and ends at the same time$/],
    ['07:00-19:00 Europe/Atlantis', /"Europe\/Atlantis" is no time zone$/],
    ['07:00-19:00 +01:00', /is an offset, and it takes a time zone$|is no time zone$/],
    ['cron(0 7 ? * MON *)', /there is one cron expression, and it takes two/],
    [
      'cron(0 7 * * MON *)',
      /is no cron expression of AWS: day of the month and day of the week are both given/,
    ],
    ['cron(0 7 ? * MON *) cron(0 99 ? * MON *)', /the hours cannot be "99"$/],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(messageOf(() => readSchedule(text, '--schedule'))).to.match(message);
    });
  }

  it('makes only cron expressions that are right', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const day = fc.constantFrom('sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat');
    const clock = (value: number) => `${Math.floor(value / 60)}:${String(value % 60).padStart(2, '0')}`;
    fc.assert(
      fc.property(minute, minute, day, day, (from, to, first, last) => {
        fc.pre(from !== to);
        const { up, down } = readSchedule(`${first}-${last} ${clock(from)}-${clock(to)}`, '--schedule');
        expect(readCron(up, '')).to.equal(up);
        expect(readCron(down, '')).to.equal(down);
      }),
    );
  });
});

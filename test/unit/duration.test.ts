import { expect } from 'chai';
import fc from 'fast-check';
import { CliError } from '../../src/errors.ts';
import { formatDuration } from '../../src/render/duration.ts';
import { parseDuration, parseMoment, parseRange } from '../../src/settings/duration.ts';

const NOW = Date.parse('2026-11-24T14:05:00Z');

/** The usage error that the function throws. */
function refusal(action: () => unknown): CliError {
  try {
    action();
  } catch (error) {
    expect(error).to.be.instanceOf(CliError);
    return error as CliError;
  }
  throw new Error('nothing was thrown');
}

describe('durations', () => {
  const known: [string, number][] = [
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
  ];
  for (const [text, ms] of known) {
    it(`reads ${text}`, () => expect(parseDuration(text, '--grace')).to.equal(ms));
  }

  for (const text of ['', '5', 'h', '-1h', '1 h', '1y', '1h x', '1e3s', '999999999999w', 'yesterday']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const error = refusal(() => parseDuration(text, '--grace'));
      expect(error.exitCode).to.equal(2);
      expect(error.message).to.equal(`--grace ${JSON.stringify(text)} is no duration`);
    });
  }

  it('reads moments as time ago, dates of this machine, and dates with an offset', () => {
    expect(parseMoment('1h', NOW, '--since')).to.equal(NOW - 3_600_000);
    expect(parseMoment('2026-11-24', NOW, '--since')).to.equal(new Date(2026, 10, 24).getTime());
    expect(parseMoment('2026-11-24T10:30', NOW, '--since')).to.equal(
      new Date(2026, 10, 24, 10, 30).getTime(),
    );
    expect(parseMoment('2026-11-24 10:30:05Z', NOW, '--since')).to.equal(Date.parse('2026-11-24T10:30:05Z'));
    expect(parseMoment('2026-11-24T10:30+02:00', NOW, '--since')).to.equal(
      Date.parse('2026-11-24T08:30:00Z'),
    );
    expect(parseMoment('2024-02-29', NOW, '--since')).to.equal(new Date(2024, 1, 29).getTime());
  });

  for (const text of ['2026-02-30', '2026-13-01', '2026-11-24T25:00', '24.11.2026', '1', 'today', '']) {
    it(`refuses the date ${JSON.stringify(text)}`, () => {
      expect(refusal(() => parseMoment(text, NOW, '--since')).message).to.include('neither a duration nor');
    });
  }

  it('refuses a stretch that is empty or has not begun', () => {
    expect(refusal(() => parseRange({ since: '2027-01-01' }, NOW)).message).to.include('has not come yet');
    expect(refusal(() => parseRange({ since: '1h', until: '2h' }, NOW)).message).to.include('not after');
    expect(parseRange({ since: '2h', until: '1h' }, NOW)).to.deep.equal({
      since: NOW - 7_200_000,
      until: NOW - 3_600_000,
    });
  });

  const shown: [number, string][] = [
    [0, '0 ms'],
    [0.04, '0 ms'],
    [8.66, '8.7 ms'],
    [182.4, '182 ms'],
    [999.6, '1 s'],
    [1234, '1.2 s'],
    [9990, '10 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [5_430_000, '1 h 31 min'],
    [187_200_000, '2 d 4 h'],
  ];
  for (const [ms, text] of shown) {
    it(`shows ${ms} ms as ${text}`, () => expect(formatDuration(ms)).to.equal(text));
  }

  it('shows every duration near its value', () => {
    const unit: Record<string, number> = { ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 };
    fc.assert(
      fc.property(fc.double({ min: 10, max: 1e10, noNaN: true }), (ms) => {
        const parts = formatDuration(ms).split(' ');
        let value = 0;
        for (let at = 0; at < parts.length; at += 2) value += Number(parts[at]) * unit[parts[at + 1]!]!;
        expect(Math.abs(value - ms) / ms).to.be.below(0.06);
      }),
    );
  });
});

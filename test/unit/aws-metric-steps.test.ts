import { expect } from 'chai';
import fc from 'fast-check';
import { metricSteps } from '../../src/targets/aws/metric-steps.ts';

const NOW = Date.parse('2026-11-24T10:30:30Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const last = (ms: number) => metricSteps({ since: NOW - ms, until: NOW }, NOW);

describe('steps of metrics', () => {
  it('are minutes of the last hour', () => {
    const { since, until, period, count } = last(60 * MINUTE);
    expect({ period, count }).to.deep.equal({ period: 60, count: 61 });
    expect(new Date(since).toISOString()).to.equal('2026-11-24T09:30:00.000Z');
    expect(new Date(until).toISOString()).to.equal('2026-11-24T10:31:00.000Z');
  });

  it('are as long as CloudWatch keeps them', () => {
    expect(last(MINUTE / 6)).to.include({ period: 60, count: 1 });
    expect(last(2 * DAY).period).to.equal(48 * 60);
    expect(metricSteps({ since: NOW - 16 * DAY, until: NOW - 16 * DAY + MINUTE }, NOW).period).to.equal(300);
    expect(metricSteps({ since: NOW - 64 * DAY, until: NOW - 64 * DAY + MINUTE }, NOW).period).to.equal(3600);
  });

  it('cover the stretch, fit a chart, and have one period around them all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 14 * DAY }),
        fc.integer({ min: 0, max: 400 * DAY }),
        (length, age) => {
          const until = NOW - age;
          const steps = metricSteps({ since: until - length, until }, NOW);
          expect(steps.since).to.be.at.most(until - length);
          expect(steps.until).to.be.at.least(until);
          expect(steps.count).to.be.within(1, 61);
          expect(steps.until - steps.since).to.equal(steps.count * steps.period * 1000);
          expect(steps.whole % steps.period).to.equal(0);
          expect(steps.whole).to.be.at.most(30 * 86_400);
          const bucket = (time: number) => Math.floor(time / 1000 / steps.whole);
          expect(steps.whole * 1000).to.be.at.least(steps.until - steps.since);
          expect(bucket(steps.since)).to.equal(bucket(steps.until - 1));
        },
      ),
    );
  });
});

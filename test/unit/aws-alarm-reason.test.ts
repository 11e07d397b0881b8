import { expect } from 'chai';
import { alarmReason } from '../../src/targets/aws/alarm-reason.ts';

const QUERY = new Date(2026, 10, 24, 14, 5, 17, 204);

/** As CloudWatch writes it. */
function told(values: number[], { threshold = 1, period = 300, periods = 1 } = {}) {
  const queryDate = QUERY.toISOString().replace('Z', '+0000');
  return {
    reason: `Threshold Crossed: 1 out of the last 1 datapoints [${values[0]} (24/11/26 14:00:00)] was greater than or equal to the threshold (${threshold}) (minimum 1 datapoint for OK -> ALARM transition).`,
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate,
      startDate: queryDate,
      statistic: 'Sum',
      period,
      recentDatapoints: values,
      threshold,
      evaluatedDatapoints: values.map((value) => ({ timestamp: queryDate, sampleCount: 1, value })),
    }),
    metric: { name: 'dev/Failures', period, periods, threshold },
  };
}

describe('why an alarm of CloudWatch rings', () => {
  for (const [id, values, options, expected] of [
    ['5xx', [3], {}, '3 answers of 5XX in the 5 minutes to 14:05, threshold 1'],
    ['5xx', [], {}, '0 answers of 5XX in the 5 minutes to 14:05, threshold 1'],
    ['error-logs', [1], {}, '1 error logged in the 5 minutes to 14:05, threshold 1'],
    [
      'latency',
      [2345.678],
      { threshold: 2000 },
      '90% of the requests took at most 2346 ms in the 5 minutes to 14:05, threshold 2000 ms',
    ],
    ['latency', [], { threshold: 2000 }, 'no requests in the 5 minutes to 14:05'],
    [
      'model-latency',
      [61_000, 75_000, 62_000],
      { threshold: 60_000, periods: 3 },
      '90% of the requests waited at most 75 s for the model in the 15 minutes to 14:05, threshold 60 s',
    ],
    [
      'queue-age',
      [7200],
      { threshold: 3600 },
      'the oldest new file has waited 120 minutes in the 5 minutes to 14:05, threshold 60 minutes',
    ],
    [
      'unhealthy-targets',
      [1, 1, 2],
      { period: 60, periods: 3 },
      '2 tasks that fail their health check in the 3 minutes to 14:05, threshold 1',
    ],
    ['of-tomorrow', [7], {}, '7 in the 5 minutes to 14:05, threshold 1'],
  ] as const) {
    it(`is said of ${id} with ${JSON.stringify(values)}`, () => {
      expect(alarmReason(id, told([...values], options))).to.equal(expected);
    });
  }

  it('names the alarms that a composite one rings for', () => {
    const arn = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:mcp-dev-5xx';
    const state = { value: 'ALARM', timestamp: 'Tuesday 24 November, 2026 14:05:00 UTC' };
    const reason = `${arn} transitioned to ALARM at Tuesday 24 November, 2026 14:05:00 UTC`;
    const of = (triggeringAlarms: object[]) =>
      alarmReason('health', { reason, reasonData: JSON.stringify({ triggeringAlarms }) });
    expect(of([{ arn, state }])).to.equal('mcp-dev-5xx rings');
    expect(
      of([
        { arn, state },
        { arn: `${arn}-2`, state },
      ]),
    ).to.equal('mcp-dev-5xx, mcp-dev-5xx-2 ring');
    expect(of([{ arn, state: { value: 'OK' } }])).to.equal('none of the others rings');
  });

  it('leaves what it does not know as it is', () => {
    const metric = { name: 'dev/Failures', period: 300, periods: 1, threshold: 1 };
    expect(alarmReason('5xx', { reason: 'tested by Ann', metric })).to.equal('tested by Ann');
    expect(alarmReason('5xx', { reason: 'odd', reasonData: '{', metric })).to.equal('odd');
    expect(alarmReason('5xx', { reason: 'odd', reasonData: 'null', metric })).to.equal('odd');
    expect(alarmReason('5xx', { reason: 'Unchecked: Initial alarm creation', metric })).to.equal(
      'made a moment ago, not evaluated yet',
    );
  });
});

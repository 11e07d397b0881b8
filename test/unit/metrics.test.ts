import { expect } from 'chai';
import fc from 'fast-check';
import { measure, SERIES_STEPS } from '../../src/targets/local/metrics.ts';
import type { LogLine } from '../../src/targets/log-line.ts';
import { linesOf, requestLogLine } from '../support/log-lines.ts';

const SINCE = Date.parse('2026-11-24T10:00:00Z');
const UNTIL = SINCE + 3_600_000;
const RANGE = { since: SINCE, until: UNTIL };
const of = (...lines: LogLine[]) => measure(linesOf(lines), RANGE);

describe('local metrics', () => {
  it('are zero and empty without requests', async () => {
    const report = await of();
    expect(report).to.deep.include({ requests: 0, latency_ms: null, model_ms: null, routes: [] });
    expect(report.since).to.equal('2026-11-24T10:00:00.000Z');
    expect(report.series).to.have.lengthOf(SERIES_STEPS);
    expect(report.series[1]).to.deep.equal({
      start: '2026-11-24T10:01:00.000Z',
      requests: 0,
      errors: 0,
      p90_ms: null,
      tokens: 0,
    });
  });

  it('count requests, not other lines and not health checks', async () => {
    const report = await of(
      requestLogLine(SINCE),
      { time: SINCE, level: 'error', message: 'disk full', fields: {} },
      { time: SINCE, level: 'info', message: 'request', fields: {} },
      requestLogLine(SINCE, { route: '/health', status: 503 }),
    );
    expect(report).to.deep.include({ requests: 1, errors_5xx: 0 });
  });

  it('take the beginning in and leave the end out', async () => {
    const times = [SINCE - 1, SINCE, UNTIL - 1, UNTIL];
    const report = await of(...times.map((time) => requestLogLine(time)));
    expect(report.requests).to.equal(2);
    expect(report.series[0]!.requests).to.equal(1);
    expect(report.series.at(-1)!.requests).to.equal(1);
  });

  it('leave the time of a request out that the client gave up', async () => {
    const report = await of(
      requestLogLine(SINCE, { status: 499, aborted: true, service_ms: 60_000 }),
      requestLogLine(SINCE, { service_ms: 7 }),
    );
    expect(report.errors_4xx).to.equal(1);
    expect(report.latency_ms).to.deep.equal({ p50: 7, p90: 7, p99: 7, max: 7 });
  });

  it('count summaries over REST and MCP, cached ones, and tokens', async () => {
    const report = await of(
      requestLogLine(SINCE, { cached: false, model_ms: 900, input_tokens: 100, output_tokens: 10 }),
      requestLogLine(SINCE, { cached: true }),
      requestLogLine(SINCE, { route: '/mcp', tool: 'summarize_file', cached: true }),
      requestLogLine(SINCE, { route: '/files', cached: true }),
    );
    expect(report.summaries).to.deep.equal({ total: 3, cached: 2 });
    expect(report.tokens).to.deep.equal({ input: 100, output: 10 });
    expect(report.model_ms!.max).to.equal(900);
  });

  it('estimate what the tokens cost, each by the price of its model', async () => {
    const tokens = { input_tokens: 1_000_000, output_tokens: 1_000_000 };
    const lite = requestLogLine(SINCE, { ...tokens, model: 'global.amazon.nova-2-lite-v1:0' });
    const haiku = requestLogLine(SINCE, { ...tokens, model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0' });
    const cached = requestLogLine(SINCE, { model: 'some-other', cached: true });
    expect((await of(lite, haiku, cached)).tokens_usd).to.be.closeTo(0.3 + 2.5 + 1.1 + 5.5, 1e-9);
    const unknown = requestLogLine(SINCE, { ...tokens, model: 'some-other' });
    expect(await of(lite, unknown)).not.to.have.property('tokens_usd');
    expect(await of(cached)).not.to.have.property('tokens_usd');
  });

  it('agree with a plain computation', async () => {
    const request = fc.record({
      at: fc.integer({ min: -1000, max: 3_601_000 }),
      status: fc.constantFrom(200, 206, 400, 404, 429, 499, 500, 503),
      route: fc.constantFrom('/files', '/summarize', '/mcp', 'unmatched'),
      service_ms: fc.double({ min: 0, max: 5000, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 60 }), async (requests) => {
        const report = await measure(
          linesOf(requests.map(({ at, ...fields }) => requestLogLine(SINCE + at, fields))),
          RANGE,
        );
        const inside = requests.filter(({ at }) => at >= 0 && at < 3_600_000);
        const count = (from: number, to: number) =>
          inside.filter(({ status }) => status >= from && status <= to).length;
        expect(report.requests).to.equal(inside.length);
        expect(report.errors_4xx).to.equal(count(400, 499));
        expect(report.errors_5xx).to.equal(count(500, 599));
        expect(report.throttled).to.equal(count(429, 429));
        for (const { route, requests: total } of report.routes) {
          expect(total).to.equal(inside.filter((each) => each.route === route).length);
        }
        const bySeries = (step: number) => inside.filter(({ at }) => Math.floor(at / 60_000) === step);
        report.series.forEach((step, index) => {
          expect(step.requests).to.equal(bySeries(index).length);
          expect(step.errors).to.equal(bySeries(index).filter(({ status }) => status >= 400).length);
          if (step.p90_ms !== null) isPercentile(step.p90_ms, 0.9, times(bySeries(index)));
          else expect(bySeries(index)).to.deep.equal([]);
        });
        if (report.latency_ms === null) expect(inside).to.deep.equal([]);
        else {
          isPercentile(report.latency_ms.p50, 0.5, times(inside));
          isPercentile(report.latency_ms.p99, 0.99, times(inside));
          expect(report.latency_ms.max).to.equal(Math.max(...times(inside)));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function times(requests: { service_ms: number }[]): number[] {
  return requests.map(({ service_ms }) => service_ms);
}

/** The definition of the nearest rank: the smallest of the values that at least the share does not exceed. */
function isPercentile(value: number, share: number, values: number[]): void {
  expect(values).to.include(value);
  const reach = (limit: number) => values.filter((each) => each <= limit).length / values.length;
  expect(reach(value)).to.be.at.least(share - 1e-9);
  const smaller = values.filter((each) => each < value);
  if (smaller.length > 0) expect(reach(Math.max(...smaller))).to.be.below(share);
}

import { expect } from 'chai';
import type { Alarm } from '../../src/targets/alarm-report.ts';
import { evaluateAlarms } from '../../src/targets/local/alarms.ts';
import type { LogLine } from '../../src/targets/log-line.ts';
import { linesOf, requestLogLine } from '../support/log-lines.ts';

const NOW = new Date(2026, 10, 24, 14, 5, 30).getTime();
const ago = (minutes: number) => NOW - minutes * 60_000;
const errorLine = (time: number): LogLine => ({ time, level: 'error', message: 'disk full', fields: {} });

async function alarms(...lines: LogLine[]): Promise<Record<string, Alarm>> {
  const report = await evaluateAlarms(linesOf(lines), 'dev', NOW);
  return Object.fromEntries(report.alarms.map((alarm) => [alarm.name.replace('mcp-dev-', ''), alarm]));
}
const states = (found: Record<string, Alarm>) =>
  Object.fromEntries(Object.entries(found).map(([name, { state }]) => [name, state]));

describe('local alarms', () => {
  it('know nothing without a log', async () => {
    const found = await alarms();
    expect(states(found)).to.deep.equal({
      '5xx': 'INSUFFICIENT_DATA',
      latency: 'INSUFFICIENT_DATA',
      'error-logs': 'INSUFFICIENT_DATA',
    });
  });

  it('are OK and were never another while all goes well', async () => {
    const found = await alarms(requestLogLine(ago(20)), requestLogLine(ago(1)), requestLogLine(ago(0)));
    expect(states(found)).to.deep.equal({ '5xx': 'OK', latency: 'OK', 'error-logs': 'OK' });
    for (const alarm of Object.values(found)) expect(alarm).not.to.have.property('since');
    expect(found['5xx']!.reason).to.equal('0 answers of 5XX in the 5 minutes to 14:05, threshold 1');
  });

  it('ring with the figures, from the minute in which it began', async () => {
    const failures = [2.2, 1, 0].map((minutes) => requestLogLine(ago(minutes), { status: 502 }));
    const found = await alarms(requestLogLine(ago(30)), ...failures);
    expect(states(found)).to.deep.equal({ '5xx': 'ALARM', latency: 'OK', 'error-logs': 'OK' });
    expect(found['5xx']!.reason).to.equal('3 answers of 5XX in the 5 minutes to 14:05, threshold 1');
    expect(found['5xx']!.since).to.equal(new Date(2026, 10, 24, 14, 3).toISOString());
  });

  it('stop ringing when the failure is older than the period', async () => {
    const found = await alarms(requestLogLine(ago(30)), requestLogLine(ago(10), { status: 500 }));
    expect(found['5xx']!.state).to.equal('OK');
    // It failed in the minute from 13:55, which is in the periods up to the one that ends in 13:59.
    expect(found['5xx']!.since).to.equal(new Date(2026, 10, 24, 14, 0).toISOString());
  });

  it('tell their changes, the newest first, as far back as asked', async () => {
    const failing = [40, 10].map((minutes) => requestLogLine(ago(minutes), { status: 500 }));
    const lines = [requestLogLine(ago(60)), ...failing];
    const history = async (minutes: number) => {
      const report = await evaluateAlarms(linesOf(lines), 'dev', NOW, { historySince: ago(minutes) });
      const [alarm] = report.alarms;
      return alarm!.history!.map(({ time, from, to }) => [time, from, to]);
    };
    const at = (hour: number, minute: number) => new Date(2026, 10, 24, hour, minute).toISOString();
    expect(await history(60)).to.deep.equal([
      [at(14, 0), 'ALARM', 'OK'],
      [at(13, 55), 'OK', 'ALARM'],
      [at(13, 30), 'ALARM', 'OK'],
      [at(13, 25), 'OK', 'ALARM'],
    ]);
    expect(await history(8)).to.deep.equal([[at(14, 0), 'ALARM', 'OK']]);
    expect(await history(1)).to.deep.equal([]);
    expect((await alarms(...lines))['5xx']).not.to.have.property('history');
  });

  it('count the line of a failed request and the line of its cause each in one alarm', async () => {
    const found = await alarms(errorLine(ago(1)), requestLogLine(ago(1), { status: 500 }));
    expect(found['5xx']!.reason).to.match(/^1 answer of 5XX/);
    expect(found['error-logs']!.reason).to.match(/^1 error logged/);
  });

  it('ring for an error outside of any request', async () => {
    expect(states(await alarms(errorLine(ago(1))))).to.deep.include({ '5xx': 'OK', 'error-logs': 'ALARM' });
  });

  it('do not ring for 4XX, warnings, and health checks of a server that is told to stop', async () => {
    const found = await alarms(
      requestLogLine(ago(1), { status: 429 }),
      { time: ago(1), level: 'warn', message: 'slow', fields: {} },
      requestLogLine(ago(1), { route: '/health', status: 503 }),
    );
    expect(new Set(Object.values(states(found)))).to.deep.equal(new Set(['OK']));
  });

  describe('of latency', () => {
    const slow = (ms: number, fields = {}) => requestLogLine(ago(1), { service_ms: ms, ...fields });

    it('ring when more than a tenth of the requests took longer than the threshold', async () => {
      const quick = Array.from({ length: 8 }, () => slow(10));
      expect((await alarms(...quick, slow(2001), slow(2500))).latency!).to.include({
        state: 'ALARM',
        reason: '90% of the requests took at most 2001 ms in the 5 minutes to 14:05, threshold 2000 ms',
      });
      expect((await alarms(...quick, slow(10), slow(2500))).latency!.state).to.equal('OK');
    });

    it('do not ring at the threshold, nor for the model, nor for a client that left', async () => {
      const found = await alarms(
        slow(2000),
        slow(10, { model_ms: 60_000, duration_ms: 60_010 }),
        slow(90_000, { aborted: true, status: 499 }),
      );
      expect(found.latency!.state).to.equal('OK');
    });

    it('are OK when nobody asks', async () => {
      expect((await alarms(requestLogLine(ago(30), { service_ms: 9000 }))).latency!).to.include({
        state: 'OK',
        reason: 'no requests in the 5 minutes to 14:05',
      });
    });
  });
});

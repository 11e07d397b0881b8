import { expect } from 'chai';
import stringWidth from 'string-width';
import { lookTitle } from '../../src/doctor/aws-diagnoses.ts';
import { renderAlarms } from '../../src/render/alarms.ts';
import { glyphsFor } from '../../src/render/glyphs.ts';
import { renderMetrics } from '../../src/render/metrics.ts';
import { createStyle } from '../../src/render/style.ts';
import { measure } from '../../src/targets/local/metrics.ts';
import { linesOf, requestLogLine } from '../support/log-lines.ts';

const NOW = new Date(2026, 10, 24, 14, 5).getTime();
const SINCE = NOW - 3_600_000;

/** A busy hour: a request a second, some slow, some wrong, from a route with a long name too. */
async function busyHour() {
  const lines = Array.from({ length: 3600 }, (_, second) =>
    requestLogLine(SINCE + second * 1000, {
      status: second % 50 === 0 ? 500 : second % 20 === 0 ? 429 : 200,
      service_ms: (second * 7919) % 12_000,
      model_ms: second,
      cached: second % 3 === 0,
      input_tokens: 1000,
      route: second % 7 === 0 ? `/${'long'.repeat(20)}` : '/summarize',
    }),
  );
  return measure(linesOf(lines), { since: SINCE, until: NOW });
}

describe('metrics for a person', () => {
  for (const width of [40, 80, 200]) {
    for (const [name, env] of Object.entries({ blocks: {}, ASCII: { LANG: 'C' } })) {
      it(`fit ${width} columns with ${name}`, async () => {
        const lines = renderMetrics(await busyHour(), {
          style: createStyle(true),
          width,
          glyphs: glyphsFor(env, 'linux'),
          now: NOW,
        });
        for (const line of lines) expect(stringWidth(line), line).to.be.at.most(width);
        const text = lines.join('\n');
        expect(text).to.include('3,600 in all').and.to.include('72 of 5XX').and.to.include('13:05');
        if (name === 'ASCII') expect(text).to.match(/^[\n\x1b -~]+$/);
      });
    }
  }

  it('show tasks, CPU and memory where there are any, also when nobody asked', async () => {
    const report = await measure(linesOf([]), { since: SINCE, until: NOW });
    const gauge = { average: 1.25, max: 3, last: 2 };
    const series = report.series.map((step, index) => ({
      ...step,
      tasks: index < 30 ? 1 : 3,
      cpu_percent: 50,
      memory_percent: null,
    }));
    const view = { style: createStyle(false), width: 80, glyphs: glyphsFor({}, 'linux'), now: NOW };
    const running = {
      ...report,
      summaries: null,
      series,
      tasks: gauge,
      cpu_percent: gauge,
      memory_percent: null,
    };
    const lines = renderMetrics(running, view);
    expect(lines.slice(0, 3)).to.deep.equal([
      'No requests between 13:05 and 14:05.',
      'Healthy tasks',
      '  2 now, 1.3 on average, 3 at most',
    ]);
    const text = lines.join('\n');
    expect(text)
      .to.include('CPU\n  2% now, 1.3% on average, 3% at most\n  100% │')
      .and.not.to.include('Memory');
  });

  it('tell of what was refused and failed how much was what', async () => {
    const report = { ...(await busyHour()), throttled: 144, forbidden: 5, unavailable: 2, routes: [] };
    const view = { style: createStyle(false), width: 200, glyphs: glyphsFor({}), now: NOW };
    const text = renderMetrics(report, view).join('\n');
    expect(text).to.include('of 4XX (144 throttled, 5 without a valid key)');
    expect(text).to.include('of 5XX (2 while no task was healthy)');
    expect(text)
      .to.match(/Tokens\n {2}3,600,000 in, 0 out\n/)
      .and.not.to.include('Route');
    const priced = renderMetrics({ ...report, tokens_usd: 1.08 }, view).join('\n');
    expect(priced).to.include('3,600,000 in, 0 out, about $1.08 (an estimate)');
  });

  it('say so when nobody asked', async () => {
    const report = await measure(linesOf([]), { since: SINCE, until: NOW });
    const view = { style: createStyle(false), width: 80, glyphs: glyphsFor({}), now: NOW };
    expect(renderMetrics(report, view)).to.deep.equal(['No requests between 13:05 and 14:05.']);
  });
});

describe('alarms for a person', () => {
  it('say state, reason and since when, in 40 columns too', () => {
    const alarm = {
      name: 'mcp-dev-5xx',
      description: 'The service answers requests with 5XX: it, its storage or its model fails.',
      state: 'ALARM' as const,
      since: new Date(NOW - 120_000).toISOString(),
      reason: '3 answers of 5XX in the 5 minutes to 14:05, threshold 1',
    };
    const view = { style: createStyle(false), width: 40, now: NOW, lookTitle };
    const lines = renderAlarms({ alarms: [alarm] }, view);
    expect(lines[0]).to.equal('ALARM  mcp-dev-5xx');
    for (const line of lines) expect(line.length).to.be.at.most(40);
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text).not.to.include('doctor');
    expect(text).to.include(alarm.description).and.to.include(`${alarm.reason}; since 14:03:00`);
  });

  it('say where to look, what changed, and that nobody is told', () => {
    const time = new Date(NOW - 120_000).toISOString();
    const base = { description: 'Fails.', reason: '3 answers of 5XX', doctor: ['bucket', 'model'] };
    const history = [{ time, from: 'OK' as const, to: 'ALARM' as const, reason: '3 answers of 5XX' }];
    const lines = renderAlarms(
      {
        alarms: [
          { ...base, name: 'mcp-dev-5xx', state: 'ALARM', history },
          { ...base, name: 'mcp-dev-latency', state: 'OK', muted: true, history: [] },
        ],
      },
      { style: createStyle(false), width: Number.POSITIVE_INFINITY, now: NOW, lookTitle },
    );
    expect(lines).to.deep.equal([
      'ALARM  mcp-dev-5xx',
      '  Fails.',
      '  3 answers of 5XX',
      '  mcp-s3 doctor looks at: bucket of the files, model on Bedrock',
      '    14:03:00  OK -> ALARM: 3 answers of 5XX',
      'OK     mcp-dev-latency (its actions are switched off: it tells nobody)',
      '  3 answers of 5XX',
      '    no change in this time',
    ]);
    const wake = { ...base, name: 'scaling-mcp-dev-wake', state: 'ALARM' as const, description: 'Wakes it.' };
    const scaled = renderAlarms(
      { alarms: [], scaling: [wake] },
      { style: createStyle(false), width: 80, now: NOW, lookTitle },
    );
    expect(scaled.slice(2)).to.deep.equal([
      'Scaling and waking (no faults, never counted)',
      'ALARM  scaling-mcp-dev-wake',
      '  Wakes it.',
      '  3 answers of 5XX',
    ]);
    const none = renderAlarms({ alarms: [] }, { style: createStyle(false), width: 80, now: NOW, lookTitle });
    expect(none[0]).to.match(/no alarms/);
  });
});

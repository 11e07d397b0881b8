import { expect } from 'chai';
import stringWidth from 'string-width';
import type { CostReport } from '../../src/cost/cost-report.ts';
import { estimate } from '../../src/cost/estimate.ts';
import { standingCost } from '../../src/cost/standing-cost.ts';
import { switches } from '../../src/cost/switches.ts';
import { renderCost } from '../../src/render/cost.ts';
import { formatUsd, moneyTotal } from '../../src/render/money.ts';
import { renderStandingCost } from '../../src/render/standing-cost.ts';
import { createStyle } from '../../src/render/style.ts';

const NOW = new Date(2026, 10, 24, 14, 5).getTime();
const SETTINGS = { ModelId: 'eu.amazon.nova-2-lite-v1:0' };

function reportOf(region: string): CostReport {
  const { requests } = estimate(SETTINGS, region);
  return {
    stage: 'dev',
    region,
    estimate: estimate(SETTINGS, region),
    switches: switches(SETTINGS, region),
    used: {
      since: new Date(NOW - 7 * 86_400_000).toISOString(),
      until: new Date(NOW).toISOString(),
      hours: 168,
      requests: 1234,
      tokens: { input: 56_789, output: 321 },
      task_hours: 167.9,
      log_bytes: 12_000_000,
      cost: requests,
    },
  };
}

const view = (width: number) => ({ style: createStyle(false), width, now: NOW });

describe('the bill for a person', () => {
  for (const width of [60, 80, 200, Number.POSITIVE_INFINITY]) {
    it(`fits ${width} columns, and keeps every assumption whole`, () => {
      const report = reportOf('eu-central-1');
      const lines = renderCost(report, view(width));
      for (const line of lines) expect(stringWidth(line), line).to.be.at.most(width);
      const words = lines.join(' ').replace(/\s+/g, ' ');
      const { standing, requests, uploads } = report.estimate;
      for (const { assumption } of [...standing.items, ...requests.items, ...uploads.items])
        expect(words).to.include(assumption);
      expect(words)
        .to.match(/--ha \+\$35\.04/)
        .and.to.include('1,234 requests')
        .and.to.include('167.9 hours');
    });
  }

  it('says "at least" where a line has no price, and which', () => {
    const text = renderCost(reportOf('us-west-2'), view(200)).join('\n');
    expect(text)
      .to.match(/1,000 requests that make the model write: at least \$1\.\d\d, and what has no price/)
      .and.to.match(/Load balancer, capacity units +no price/);
    const plan = renderStandingCost(standingCost(estimate(SETTINGS, 'us-west-2')), view(200)).join('\n');
    expect(plan)
      .to.match(/Standing cost a month: about \$69 \(an estimate\)/)
      .and.to.match(/make the model write: at least \$1\.\d\d; no price for: Load balancer, capacity units/);
  });

  it('shows no amount for an unknown region, but what was counted there', () => {
    const lines = renderCost(reportOf('mars-north-1'), view(80));
    expect(lines.join('\n')).not.to.include('$');
    expect(lines[0]).to.equal('Cost of stage dev in mars-north-1: no price');
    expect(lines.join('\n')).to.include('1,234 requests');
    const plan = renderStandingCost(standingCost(estimate(SETTINGS, 'mars-north-1')), view(80));
    expect(plan.join('\n')).to.include('no price for this region').and.not.to.include('$');
  });

  it('stands without what was used where that could not be looked up', () => {
    const { used: _, ...report } = reportOf('eu-central-1');
    const text = renderCost({ ...report, used: null, problem: 'denied' }, view(80)).join('\n');
    expect(text).to.include('A month in eu-central-1').and.not.to.include('Used since');
  });
});

describe('amounts of money', () => {
  const cases: [number, string][] = [
    [0, '$0.00'],
    [1204.5, '$1,204.50'],
    [-3.2, '-$3.20'],
    [0.0007, '<$0.01'],
  ];
  for (const [usd, text] of cases) it(`${usd} is ${text}`, () => expect(formatUsd(usd)).to.equal(text));

  it('are rounded in a sum from ten dollars on', () => {
    expect(moneyTotal(69.04, [])).to.equal('about $69');
    expect(moneyTotal(1.349, [])).to.equal('about $1.35');
    expect(moneyTotal(null, [{ usd: null }])).to.equal('no price');
  });
});

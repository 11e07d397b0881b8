import { expect } from 'chai';
import fc from 'fast-check';
import { type CostEstimate, estimate } from '../../src/cost/estimate.ts';
import { PRICE_TABLE, PRICES_GATHERED } from '../../src/cost/price-table.ts';
import { standingCost } from '../../src/cost/standing-cost.ts';
import { switches } from '../../src/cost/switches.ts';
import { tokensUsd } from '../../src/cost/token-prices.ts';
import { DEFAULTS, type Parameters } from '../../src/stack/deploy-settings.ts';

const REGIONS = Object.keys(PRICE_TABLE);
const MODEL = { ModelId: 'us.amazon.nova-2-lite-v1:0' };

/** What was not found, and so has no price: a figure that is added later is taken out here. */
const MISSING: Record<string, string[]> = {
  'us-east-1': [],
  'us-west-2': ['load_balancer_capacity'],
  'eu-central-1': [],
  'eu-west-1': [],
};

const endpoints = ({ standing }: CostEstimate) =>
  standing.items.filter(({ id }) => id.startsWith('endpoint_')).map(({ id, usd }) => [id, usd] as const);
const usdOf = (cost: CostEstimate, id: string) => cost.standing.items.find((item) => item.id === id)?.usd;

/** Settings that change the bill, each with some of its values. */
const settings: fc.Arbitrary<Parameters> = fc.record({
  CpuArchitecture: fc.constantFrom('ARM64', 'X86_64'),
  TaskCpu: fc.constantFrom('256', '512', '2048'),
  TaskMemory: fc.constantFrom('1024', '4096'),
  HighAvailability: fc.constantFrom('true', 'false'),
  NetworkMode: fc.constantFrom('private', 'public-egress'),
  NewRegionEndpoints: fc.constantFrom('true', 'false'),
  MinTasks: fc.integer({ min: 1, max: 20 }).map(String),
  OnDemandBase: fc.integer({ min: 0, max: 20 }).map(String),
  SpotPercent: fc.integer({ min: 0, max: 100 }).map(String),
  SleepAfterMinutes: fc.constantFrom('0', '15'),
  ScheduleDown: fc.constantFrom('', 'cron(0 20 ? * * *)'),
  Presummarize: fc.constantFrom('on', 'off'),
  KeySlots: fc.constantFrom('a', 'ab'),
});

describe('the estimated cost', () => {
  for (const region of REGIONS) {
    it(`of ${region} has a price for everything but what was not found`, () => {
      const cost = estimate(MODEL, region);
      const { standing, requests, uploads } = cost;
      expect(new Set([...standing.unpriced, ...requests.unpriced, ...uploads.unpriced])).to.deep.equal(
        new Set(MISSING[region]),
      );
      expect(estimate({ ...MODEL, CpuArchitecture: 'X86_64' }, region).standing.unpriced).to.deep.equal([]);
      const sum = standing.items.reduce((total, { usd }) => total + (usd ?? 0), 0);
      expect(standing.usd).to.be.closeTo(sum, 1e-5);
    });

    it(`of ${region} names page and day of each figure`, () => {
      for (const [name, { usd, page, read }] of Object.entries(PRICE_TABLE[region]!)) {
        expect(usd, name).to.be.greaterThan(0);
        expect(page, name).to.match(/^https:\/\/(?:aws|pricing\.us-east-1)\.amazon(?:aws)?\.com\//);
        expect(read, name).to.match(/^(?:20\d\d-\d\d(?:-\d\d)?|undated)$/);
        expect(read === 'undated' || read <= PRICES_GATHERED, name).to.equal(true);
      }
    });

    it(`of ${region} has every endpoint line twice as high with --ha, and no other line`, () => {
      const one = estimate(MODEL, region);
      const two = estimate({ ...MODEL, HighAvailability: 'true' }, region);
      expect(endpoints(two)).to.deep.equal(endpoints(one).map(([id, usd]) => [id, usd! * 2]));
      const others = ({ standing }: CostEstimate) =>
        standing.items.filter(({ id }) => !id.startsWith('endpoint_'));
      expect(others(two)).to.deep.equal(others(one));
    });
  }

  for (const region of ['mars-north-1', 'ap-south-2', 'toString', '__proto__', '']) {
    it(`of the unknown region ${JSON.stringify(region)} shows no price at all`, () => {
      const cost = estimate(MODEL, region);
      expect(cost.priced).to.equal(false);
      for (const group of [cost.standing, cost.asleep, cost.requests, cost.uploads]) {
        expect(group.usd).to.equal(null);
        expect(group.items).not.to.have.length(0);
        for (const { usd, unit_usd } of group.items) expect([usd, unit_usd]).to.deep.equal([null, null]);
      }
      expect(
        switches(MODEL, region).every(({ changes }) => changes.every(({ usd }) => usd === null)),
      ).to.equal(true);
      expect(standingCost(cost)).to.deep.include({ monthlyUsd: null, assumptions: [] });
    });
  }

  it('follows the network: endpoints or addresses, and three endpoints more in a new region', () => {
    const at = (parameters: Parameters) => estimate({ ...MODEL, ...parameters }, 'eu-central-1');
    expect(endpoints(at({}))).to.have.length(4);
    expect(endpoints(at({ NewRegionEndpoints: 'true' }))).to.have.length(7);
    const open = at({ NetworkMode: 'public-egress', NewRegionEndpoints: 'true', MinTasks: '3' });
    expect(endpoints(open)).to.have.length(0);
    expect(usdOf(open, 'public_ipv4')).to.be.closeTo(3 * 730 * 0.005, 1e-6);
    expect(usdOf(at({}), 'public_ipv4')).to.equal(undefined);
  });

  it('keeps the base of the tasks off Spot', () => {
    const at = (parameters: Parameters) =>
      estimate({ MinTasks: '4', SpotPercent: '50', ...parameters }, 'us-east-1').standing.items;
    const quantity = (parameters: Parameters, id: string) =>
      at(parameters).find((item) => item.id === id)?.quantity;
    expect(quantity({ OnDemandBase: '2' }, 'tasks_cpu')).to.equal(3 * 0.5 * 730);
    expect(quantity({ OnDemandBase: '2' }, 'tasks_spot_cpu')).to.equal(0.5 * 730);
    expect(quantity({ OnDemandBase: '9' }, 'tasks_spot_cpu')).to.equal(undefined);
    expect(quantity({ SpotPercent: '100' }, 'tasks_cpu')).to.equal(undefined);
  });

  it('goes on for load balancer, endpoints, secrets and alarms while the service sleeps, and for no task', () => {
    const { asleep, standing, notes } = estimate({ ...MODEL, SleepAfterMinutes: '15' }, 'us-east-1');
    const ids = asleep.items.map(({ id }) => id);
    expect(ids).to.include.members(['load_balancer', 'endpoint_logs', 'secrets', 'alarms', 'keeper']);
    expect(ids.filter((id) => id.startsWith('tasks'))).to.deep.equal([]);
    expect(asleep.usd).to.be.lessThan(standing.usd!);
    expect(notes.join(' ')).to.match(/sleeps.*load balancer, endpoints, secrets and alarms/);
  });

  it('is never less for more tasks, larger tasks or a second zone', () => {
    const more: [string, (value: string) => string][] = [
      ['MinTasks', (value) => String(Number(value) + 1)],
      ['TaskCpu', (value) => String(Number(value) * 2)],
      ['TaskMemory', (value) => String(Number(value) + 1024)],
      ['HighAvailability', () => 'true'],
    ];
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(...more),
        fc.constantFrom(...REGIONS),
        (values, [name, up], region) => {
          const now = estimate(values, region).standing;
          const then = estimate({ ...values, [name]: up(values[name]!) }, region).standing;
          return then.usd! >= now.usd! - 1e-6;
        },
      ),
    );
  });

  it('has no line without a reason, and none that is not a number', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom(...REGIONS, 'mars-north-1'), (values, region) => {
        const { standing, requests, uploads } = estimate(values, region);
        for (const item of [...standing.items, ...requests.items, ...uploads.items]) {
          expect(item.assumption).not.to.equal('');
          expect(item.quantity, item.id).to.be.greaterThan(0);
          if (item.usd !== null) expect(item.usd, item.id).to.be.at.least(0).and.below(1e5);
        }
        const ids = standing.items.map(({ id }) => id);
        expect(new Set(ids).size).to.equal(ids.length);
      }),
    );
  });
});

describe('what a switch would change', () => {
  it('is the sum of its lines, and the difference of the two estimates', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom(...REGIONS), (values, region) => {
        for (const { flag, monthly_usd, changes } of switches(values, region)) {
          const turned = { ...values, ...turn(flag) };
          const before = estimate(values, region).standing;
          const after = estimate(turned, region).standing;
          if (monthly_usd === null) {
            expect([...before.unpriced, ...after.unpriced], flag).not.to.deep.equal([]);
            continue;
          }
          expect(monthly_usd, flag).to.be.closeTo(after.usd! - before.usd!, 1e-4);
          const sum = changes.reduce((total, { usd }) => total + usd!, 0);
          expect(sum, flag).to.be.closeTo(monthly_usd, 1e-4);
        }
      }),
    );
  });

  it('turns from where it stands', () => {
    const flags = (parameters: Parameters) => switches(parameters, 'us-east-1').map(({ flag }) => flag);
    expect(flags({})).to.deep.equal([
      '--ha',
      '--network public-egress',
      '--platform linux/amd64',
      '--spot-percent 100',
      '--sleep-after 15m',
    ]);
    const turned = {
      HighAvailability: 'true',
      NetworkMode: 'public-egress',
      CpuArchitecture: 'X86_64',
      SpotPercent: '30',
      SleepAfterMinutes: '60',
    };
    expect(flags(turned)).to.deep.equal([
      '--no-ha',
      '--network private',
      '--platform linux/arm64',
      '--spot-percent 0',
      '--sleep-after off',
    ]);
  });

  it('has no price where the line it changes has none', () => {
    const usd = (region: string) => switches({}, region).map(({ monthly_usd }) => monthly_usd);
    expect(new Set(usd('mars-north-1'))).to.deep.equal(new Set([null]));
    expect(usd('us-west-2')[0]).to.be.closeTo(29.2, 1e-6);
  });
});

describe('the price of tokens', () => {
  it('is that of the profile, also by its ARN', () => {
    const tokens = { input: 1e6, output: 2e6 };
    expect(tokensUsd('global.amazon.nova-2-lite-v1:0', tokens)).to.be.closeTo(5.3, 1e-9);
    const arn = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0';
    expect(tokensUsd(arn, tokens)).to.be.closeTo(5.83, 1e-9);
  });

  for (const model of [
    '',
    'nobody.knows-v1:0',
    'toString',
    'arn:aws:bedrock:x:1:application-inference-profile/ab',
  ]) {
    it(`is not guessed for ${JSON.stringify(model)}`, () => {
      expect(tokensUsd(model, { input: 1, output: 1 })).to.equal(undefined);
      expect(estimate({ ModelId: model }, 'us-east-1').requests.unpriced).to.deep.equal([
        'tokens_in',
        'tokens_out',
      ]);
    });
  }
});

/** Parameters of a flag as `deploy` reads it. */
function turn(flag: string): Parameters {
  const spot = (value: string) => ({ SpotPercent: value, OnDemandPercent: String(100 - Number(value)) });
  const all: Record<string, Parameters> = {
    '--ha': { HighAvailability: 'true' },
    '--no-ha': { HighAvailability: 'false' },
    '--network private': { NetworkMode: 'private' },
    '--network public-egress': { NetworkMode: 'public-egress' },
    '--platform linux/arm64': { CpuArchitecture: 'ARM64' },
    '--platform linux/amd64': { CpuArchitecture: 'X86_64' },
    '--spot-percent 0': spot('0'),
    '--spot-percent 100': spot('100'),
    '--sleep-after 15m': { SleepAfterMinutes: '15' },
    '--sleep-after off': { SleepAfterMinutes: '0' },
  };
  expect(Object.keys(DEFAULTS)).to.include.members(Object.keys(all[flag]!));
  return all[flag]!;
}

import { DEFAULTS, type Parameters } from '../stack/deploy-settings.ts';
import { type CostItem, rounded } from './cost-item.ts';
import { estimate } from './estimate.ts';
import { AWAKE_HOURS } from './workload.ts';

/** What one flag of `deploy` would change of the standing cost, with everything else as it is. */
export interface Switch {
  /** As `deploy` takes it: `--ha`, `--network public-egress`. */
  flag: string;
  what: string;
  /** US dollars a month more; below 0: less. Null where a price is missing. */
  monthly_usd: number | null;
  /** The lines that change, in the order of the estimate. */
  changes: { id: string; usd: number | null }[];
}

interface Turn {
  flag: string;
  what: string;
  parameters: Parameters;
}

/** Each switch turned alone, from where it stands now. */
export function switches(parameters: Parameters, region: string): Switch[] {
  const values = { ...DEFAULTS, ...parameters };
  const before = estimate(values, region).standing.items;
  return turns(values).map(({ flag, what, parameters: turned }) => {
    const after = estimate({ ...values, ...turned }, region).standing.items;
    const changes = difference(before, after);
    const known = changes.flatMap(({ usd }) => (usd === null ? [] : [usd]));
    const monthly_usd =
      known.length < changes.length ? null : rounded(known.reduce((sum, usd) => sum + usd, 0));
    return { flag, what, monthly_usd, changes };
  });
}

function turns(values: Parameters): Turn[] {
  const turn = (isOn: boolean, off: Turn, on: Turn): Turn => (isOn ? off : on);
  const to = (flag: string, what: string, parameters: Parameters): Turn => ({ flag, what, parameters });
  return [
    turn(
      values.HighAvailability === 'true',
      to('--no-ha', 'endpoints in one zone', { HighAvailability: 'false' }),
      to('--ha', 'endpoints in two zones', { HighAvailability: 'true' }),
    ),
    turn(
      values.NetworkMode === 'public-egress',
      to('--network private', 'endpoints instead of the internet', { NetworkMode: 'private' }),
      to('--network public-egress', 'the internet instead of endpoints', { NetworkMode: 'public-egress' }),
    ),
    turn(
      values.CpuArchitecture === 'X86_64',
      to('--platform linux/arm64', 'ARM processors', { CpuArchitecture: 'ARM64' }),
      to('--platform linux/amd64', 'x86 processors', { CpuArchitecture: 'X86_64' }),
    ),
    turn(
      values.SpotPercent !== '0',
      to('--spot-percent 0', 'no tasks on Spot', { SpotPercent: '0', OnDemandPercent: '100' }),
      to('--spot-percent 100', 'tasks above the base on Spot, where AWS may end them', {
        SpotPercent: '100',
        OnDemandPercent: '0',
      }),
    ),
    turn(
      values.SleepAfterMinutes !== '0',
      to('--sleep-after off', 'never asleep', { SleepAfterMinutes: '0' }),
      to('--sleep-after 15m', `asleep while nobody asks, here all but ${AWAKE_HOURS} hours a month`, {
        SleepAfterMinutes: '15',
      }),
    ),
  ];
}

function difference(before: CostItem[], after: CostItem[]): Switch['changes'] {
  const ids = new Set([...before, ...after].map(({ id }) => id));
  const find = (items: CostItem[], id: string) => items.find((item) => item.id === id);
  return [...ids].flatMap((id): Switch['changes'] => {
    const [was, is] = [find(before, id), find(after, id)];
    // The line stands for something else where its unit's price differs: ARM and x86.
    if (was?.quantity === is?.quantity && was?.name === is?.name) return [];
    if (was?.usd === null || is?.usd === null) return [{ id, usd: null }];
    return [{ id, usd: rounded((is?.usd ?? 0) - (was?.usd ?? 0)) }];
  });
}

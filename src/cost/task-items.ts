import type { Parameters } from '../stack/deploy-settings.ts';
import { type CostItem, costItem } from './cost-item.ts';
import type { RegionPrices } from './price-table.ts';
import { SPOT_DISCOUNT } from './workload.ts';

/** Hours of tasks that run in one way. */
export interface TaskShare {
  spot: boolean;
  hours: number;
}

/** How the hours of tasks are spread: the base on demand first, of the others the given percentage on Spot. */
export function taskShares(values: Parameters, taskHours: number): TaskShare[] {
  const tasks = Number(values.MinTasks);
  const base = tasks === 0 ? 0 : Math.min(1, Number(values.OnDemandBase) / tasks);
  const spot = (1 - base) * (Number(values.SpotPercent) / 100);
  return [
    { spot: false, hours: taskHours * (1 - spot) },
    { spot: true, hours: taskHours * spot },
  ].filter(({ hours }) => hours > 0);
}

/** Processor and memory of tasks, which Fargate counts apart. */
export function taskItems(
  values: Parameters,
  { spot, hours }: TaskShare,
  prices: RegionPrices,
  assumption: string,
): CostItem[] {
  const arm = values.CpuArchitecture !== 'X86_64';
  const cpu = Number(values.TaskCpu) / 1024;
  const memory = Number(values.TaskMemory) / 1024;
  const kind = `Fargate${spot ? ' Spot' : ''} ${arm ? 'ARM' : 'x86'}`;
  const id = `tasks${spot ? '_spot' : ''}`;
  const priceOf = (usd: number | undefined) => (usd === undefined || !spot ? usd : usd * (1 - SPOT_DISCOUNT));
  const why = spot ? `${assumption}; Spot taken as ${Math.round(SPOT_DISCOUNT * 100)}% off` : assumption;
  const [cpuPrice, memoryPrice] = arm
    ? [prices.fargateArmVcpuHour, prices.fargateArmGbHour]
    : [prices.fargateX86VcpuHour, prices.fargateX86GbHour];
  return [
    costItem(
      `${id}_cpu`,
      `${kind}, ${cpu} vCPU a task`,
      [cpu * hours, 'vCPU hour'],
      priceOf(cpuPrice?.usd),
      why,
    ),
    costItem(
      `${id}_memory`,
      `${kind}, ${memory} GB a task`,
      [memory * hours, 'GB hour'],
      priceOf(memoryPrice?.usd),
      why,
    ),
  ];
}

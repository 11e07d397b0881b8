import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { numberSetting, setting } from '../settings/setting.ts';

/** Within what auto scaling may set the number of tasks, and which part of it is suspended. */
export interface Bounds {
  min: number;
  max: number;
  /** Target tracking does nothing: with a minimum of 0 it would go to 0 whenever the CPU is idle, and never back. */
  dynamicSuspended: boolean;
  /** Schedules do nothing. */
  scheduleSuspended: boolean;
}

const scaling = new ApplicationAutoScalingClient({});
const DIMENSION = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** The bounds as they are; undefined while the stack has none, as in the middle of an update. */
export async function readBounds(): Promise<Bounds | undefined> {
  const { ScalableTargets = [] } = await scaling.send(
    new DescribeScalableTargetsCommand({ ...DIMENSION, ResourceIds: [resourceId()] }),
  );
  const target = ScalableTargets[0];
  if (target === undefined) return undefined;
  const { SuspendedState: suspended } = target;
  return {
    min: target.MinCapacity ?? 0,
    max: target.MaxCapacity ?? 0,
    dynamicSuspended: suspended?.DynamicScalingInSuspended === true,
    scheduleSuspended: suspended?.ScheduledScalingSuspended === true,
  };
}

/** Sets the bounds, unless they are so already. */
export async function setBounds(wanted: Partial<Bounds>): Promise<void> {
  const current = await readBounds();
  if (current === undefined) return;
  const next = { ...current, ...wanted };
  if ((Object.keys(next) as (keyof Bounds)[]).every((name) => next[name] === current[name])) return;
  await scaling.send(
    new RegisterScalableTargetCommand({
      ...DIMENSION,
      ResourceId: resourceId(),
      MinCapacity: next.min,
      MaxCapacity: next.max,
      SuspendedState: {
        DynamicScalingInSuspended: next.dynamicSuspended,
        DynamicScalingOutSuspended: next.dynamicSuspended,
        ScheduledScalingSuspended: next.scheduleSuspended,
      },
    }),
  );
}

/** The bounds of a service that is awake. */
export function awakeBounds(): Pick<Bounds, 'min' | 'max'> {
  const min = Math.max(1, numberSetting('MIN_TASKS'));
  return { min, max: Math.max(min, numberSetting('MAX_TASKS')) };
}

function resourceId(): string {
  return `service/${setting('CLUSTER')}/${setting('SERVICE')}`;
}

import {
  DescribeServicesCommand,
  ECSClient,
  type Service,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { setting } from '../settings/setting.ts';

/** What the keeper remembers, as tags of the service: they outlive the function and show in the console. */
export interface Facts {
  /** Milliseconds since the epoch. */
  wokenAt?: number | undefined;
  heldUntil?: number | undefined;
  asleepSince?: number | undefined;
}

const TAG_OF: Record<keyof Facts, string> = {
  wokenAt: 'mcp-s3:woken-at',
  heldUntil: 'mcp-s3:held-until',
  asleepSince: 'mcp-s3:asleep',
};

export interface ServiceState {
  arn: string;
  desired: number;
  running: number;
  /** A new version is being rolled out. */
  deploying: boolean;
  /** When its newest deployment began, milliseconds since the epoch. */
  deployedAt: number;
  facts: Facts;
}

const ecs = new ECSClient({});

/** The ECS service as it is now. Throws when there is none. */
export async function readService(): Promise<ServiceState> {
  const [cluster, name] = [setting('CLUSTER'), setting('SERVICE')];
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }),
  );
  const service = services.find(({ status }) => status !== 'INACTIVE');
  if (service?.serviceArn === undefined) {
    throw new Error(
      `there is no service ${name} in the cluster ${cluster}: the stack is being deleted, or replaced`,
    );
  }
  const deployments = service.deployments ?? [];
  return {
    arn: service.serviceArn,
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    deploying: deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS'),
    deployedAt: Math.max(0, ...deployments.map(({ createdAt }) => createdAt?.getTime() ?? 0)),
    facts: factsOf(service),
  };
}

/** Sets how many tasks are to run. */
export async function setDesired(desiredCount: number): Promise<void> {
  await ecs.send(
    new UpdateServiceCommand({ cluster: setting('CLUSTER'), service: setting('SERVICE'), desiredCount }),
  );
}

/** Writes the facts given; one that is undefined is forgotten. */
export async function remember(arn: string, facts: Facts): Promise<void> {
  const names = Object.keys(facts) as (keyof Facts)[];
  const kept = names.filter((name) => facts[name] !== undefined);
  const forgotten = names.filter((name) => facts[name] === undefined);
  if (kept.length > 0) {
    const tags = kept.map((name) => ({ key: TAG_OF[name], value: new Date(facts[name]!).toISOString() }));
    await ecs.send(new TagResourceCommand({ resourceArn: arn, tags }));
  }
  if (forgotten.length > 0) {
    const tagKeys = forgotten.map((name) => TAG_OF[name]);
    await ecs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys }));
  }
}

function factsOf({ tags = [] }: Service): Facts {
  const at = (name: keyof Facts): number | undefined => {
    const time = Date.parse(tags.find(({ key }) => key === TAG_OF[name])?.value ?? '');
    return Number.isNaN(time) ? undefined : time;
  };
  return { wokenAt: at('wokenAt'), heldUntil: at('heldUntil'), asleepSince: at('asleepSince') };
}

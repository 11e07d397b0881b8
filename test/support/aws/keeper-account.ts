import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { AwsCall } from './aws-call.ts';
import type { Emulator } from './emulator.ts';
import { type Answer, json, queryResult, refusal } from './fault.ts';
import { functionSession, mayRole, type Permission } from './iam.ts';
import type { WholeStage } from './whole-stage.ts';

/** A scalable target, as Application Auto Scaling keeps it. */
export interface ScalableTarget {
  ResourceId: string;
  ServiceNamespace: string;
  ScalableDimension: string;
  MinCapacity: number;
  MaxCapacity: number;
  SuspendedState: Record<string, boolean>;
}

export interface KeeperAccount {
  /** What the keeper sets, where MiniStack has nothing. */
  target: ScalableTarget;
  /** How much longer ago than it was a deployment seems to have begun, milliseconds. */
  deployedEarlier: number;
}

/**
 * Answers the deployed keeper where MiniStack does otherwise than AWS, each answer by the keeper's own role:
 * - actions on an ECS service: IAM is asked on the service, where MiniStack asks on its cluster, or on `*` (Service
 *   Authorization Reference, "Amazon Elastic Container Service"). What is allowed is then done by MiniStack;
 * - Application Auto Scaling, which MiniStack does not have;
 * - target health: a target is healthy for each task that runs.
 */
export async function answerKeeper(
  emulator: Emulator,
  { ids }: Pick<WholeStage, 'ids'>,
): Promise<KeeperAccount> {
  const { roleName, keys } = await functionSession(emulator, ids.Keeper!);
  const name = ids.Service!.split('/').slice(-2);
  const account: KeeperAccount = {
    target: {
      ResourceId: ['service', ...name].join('/'),
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 1,
      MaxCapacity: 4,
      SuspendedState: {},
    },
    deployedEarlier: 0,
  };
  const { proxy, region } = emulator;
  const scalable = `arn:aws:application-autoscaling:${region}:${emulator.account}:scalable-target`;
  const answer = async (
    call: AwsCall,
    permission: Omit<Permission, 'action'>,
    work: () => Promise<Answer>,
  ) => {
    if (call.accessKeyId !== keys.accessKeyId) return undefined;
    const { action } = call;
    return (await mayRole(emulator, roleName, { action, ...permission })) ? work() : refusal(call, 'deny');
  };

  proxy.rig({
    action: /^ecs:(DescribeServices|UpdateService|TagResource|UntagResource)$/,
    do: (call) =>
      answer(call, { resource: serviceOf(call, emulator) }, async () => {
        const done = await asRoot(emulator, call);
        return call.action === 'ecs:DescribeServices' ? earlier(done, account.deployedEarlier) : done;
      }),
  });
  proxy.rig({
    action: 'application-autoscaling:DescribeScalableTargets',
    do: (call) =>
      answer(call, { resource: '*' }, async () => {
        const { ResourceIds } = JSON.parse(call.body) as { ResourceIds: string[] };
        const found = ResourceIds.includes(account.target.ResourceId) ? [account.target] : [];
        return json({ ScalableTargets: found });
      }),
  });
  proxy.rig({
    action: 'application-autoscaling:RegisterScalableTarget',
    do: (call) => {
      const wanted = JSON.parse(call.body) as ScalableTarget;
      const keys = {
        'application-autoscaling:service-namespace': wanted.ServiceNamespace,
        'application-autoscaling:scalable-dimension': wanted.ScalableDimension,
      };
      return answer(call, { resource: `${scalable}/1`, keys }, async () => {
        Object.assign(account.target, wanted);
        return json({ ScalableTargetARN: `${scalable}/1` });
      });
    },
  });
  proxy.rig({
    action: 'elasticloadbalancing:DescribeTargetHealth',
    do: async (call) => queryResult(call, healthyTargets(await runningTasks(emulator, ids))),
  });
  return account;
}

/** How many tasks of the stage's service run. */
export async function runningTasks(emulator: Emulator, ids: Record<string, string>): Promise<number> {
  const { services = [] } = await emulator
    .client(ECSClient)
    .send(new DescribeServicesCommand({ cluster: ids.Cluster!, services: [ids.Service!] }));
  return services[0]?.runningCount ?? 0;
}

/** ARN of the service that a call is about. */
function serviceOf({ body }: AwsCall, { region, account }: Emulator): string {
  const { cluster, service, services, resourceArn } = JSON.parse(body);
  const named: string = resourceArn ?? service ?? services[0];
  return named.startsWith('arn:') ? named : `arn:aws:ecs:${region}:${account}:service/${cluster}/${named}`;
}

/** Does a call of a service that speaks JSON as the account's root, whose signature MiniStack does not check. */
async function asRoot({ direct, region, root }: Emulator, { headers, body }: AwsCall): Promise<Answer> {
  const type = String(headers['content-type']);
  const answered = await fetch(direct, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-amz-target': String(headers['x-amz-target']),
      authorization: `AWS4-HMAC-SHA256 Credential=${root.accessKeyId}/20260101/${region}/ecs/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body,
  });
  return { status: answered.status, headers: { 'content-type': type }, body: await answered.text() };
}

function earlier({ status, headers, body }: Answer, ms: number): Answer {
  const answer = JSON.parse(String(body));
  for (const { deployments = [] } of answer.services ?? []) {
    for (const deployment of deployments) deployment.createdAt -= ms / 1000;
  }
  return { status, headers: headers ?? {}, body: JSON.stringify(answer) };
}

function healthyTargets(count: number): string {
  const one =
    '<member><Target><Id>10.0.0.4</Id><Port>8080</Port></Target><TargetHealth><State>healthy</State></TargetHealth></member>';
  return `<TargetHealthDescriptions>${one.repeat(count)}</TargetHealthDescriptions>`;
}

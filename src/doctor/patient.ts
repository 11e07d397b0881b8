import { stackResources } from '../aws/cloudformation-resources.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { describeService, type EcsService } from '../aws/ecs.ts';
import { type StoppedTask, stoppedTasks } from '../aws/ecs-stopped-tasks.ts';
import { type TaskDefinition, taskDefinition } from '../aws/ecs-task-definition.ts';
import { type TargetHealth, targetHealth } from '../aws/load-balancer.ts';
import { type Firewall, securityGroups } from '../aws/security-groups.ts';
import type { CliContext } from '../context.ts';
import type { AppOutput, AppParameter } from '../stack/template-names.ts';
import {
  type DeployedStack,
  outputOf,
  placeFlags,
  readDeployedStack,
} from '../targets/aws/deployed-stack.ts';
import { currentSlot, type Slot, slotsOf } from '../targets/aws/key-slots.ts';

/** What the diagnoses of a stage on AWS look at. What several of them need is asked for once. */
export class Patient {
  readonly connection: RegionalConnection;
  readonly stage: string;
  readonly context: CliContext;
  private readonly signal: AbortSignal;
  private readonly asked = new Map<string, Promise<unknown>>();

  constructor(connection: RegionalConnection, stage: string, context: CliContext) {
    this.connection = connection;
    this.stage = stage;
    this.context = context;
    this.signal = context.signal;
  }

  /** Words that lead a command of ours to this stage. */
  get place(): string {
    return placeFlags(this.stage, this.connection);
  }

  stack(): Promise<DeployedStack> {
    return this.once('stack', () => readDeployedStack(this.connection, this.stage, this.signal));
  }

  async output(name: AppOutput): Promise<string> {
    return outputOf(await this.stack(), name);
  }

  async parameter(name: AppParameter): Promise<string> {
    return (await this.stack()).parameters[name] ?? '';
  }

  service(): Promise<EcsService | undefined> {
    return this.once('service', async () =>
      describeService(this.connection, await this.serviceName(), this.signal),
    );
  }

  /** The slot of the key that commands and clients use. */
  async keySlot(): Promise<Slot> {
    return currentSlot(slotsOf((await this.stack()).parameters));
  }

  /** Of the tasks that the service starts now. */
  definition(): Promise<TaskDefinition | undefined> {
    return this.once('definition', async () => {
      const arn = (await this.service())?.taskDefinition ?? '';
      return arn === '' ? undefined : taskDefinition(this.connection, arn, this.signal);
    });
  }

  /** Of the tasks, as the load balancer sees it. */
  health(): Promise<TargetHealth[]> {
    return this.once('health', async () =>
      targetHealth(this.connection, await this.output('TargetGroupArn'), this.signal),
    );
  }

  /** The newest first. */
  stopped(): Promise<StoppedTask[]> {
    return this.once('stopped', async () =>
      stoppedTasks(this.connection, await this.output('ClusterName'), this.signal),
    );
  }

  /** Ids of the stack's security groups by their logical ids. */
  firewallIds(): Promise<Map<string, string>> {
    return this.once('firewall-ids', async () => {
      const { name } = await this.stack();
      const resources = await stackResources(this.connection, name, this.signal);
      const groups = resources.filter(
        ({ type, status }) => type === 'AWS::EC2::SecurityGroup' && status !== 'DELETE_COMPLETE',
      );
      return new Map(groups.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
    });
  }

  /** The stack's security groups by their logical ids; one that is gone is missing. */
  firewalls(): Promise<Map<string, Firewall>> {
    return this.once('firewalls', async () => {
      const ids = await this.firewallIds();
      const found = await securityGroups(this.connection, [...ids.values()], this.signal);
      return new Map(
        [...ids].flatMap(([name, id]) => {
          const firewall = found.get(id);
          return firewall === undefined ? [] : [[name, firewall] as const];
        }),
      );
    });
  }

  private async serviceName(): Promise<{ cluster: string; service: string }> {
    return { cluster: await this.output('ClusterName'), service: await this.output('ServiceName') };
  }

  /** Asks what several diagnoses need, by a name of their own for it, once. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const known = this.asked.get(name);
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    this.asked.set(name, answer);
    return answer;
  }
}

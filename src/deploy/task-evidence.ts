import type { StackEvent } from '../aws/cloudformation-events.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import { type StoppedTask, stoppedTasks } from '../aws/ecs-stopped-tasks.ts';
import { lastLines } from '../aws/logs-last-lines.ts';

/** What a task that ended left behind. */
export interface TaskEvidence {
  task: string;
  reason: string;
  /** Its last log lines, oldest first. */
  lines: string[];
}

/** Between two looks at the tasks, in milliseconds. */
const EVERY_MS = 15_000;
const LINES = 10;
/** More of the same kind tell nothing new. */
const MOST = 3;

/**
 * Collects why tasks ended while a service is being created or updated. CloudFormation only says that the service did
 * not become stable, and after the rollback of a first deployment cluster and log are gone, so they are read as soon as
 * a task ends, and once more at the moment when the service fails.
 */
export class TaskWatch {
  private readonly found = new Map<string, TaskEvidence>();
  // Clocks differ a little.
  private readonly from = Date.now() - 60_000;
  private cluster: string | undefined;
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly connection: RegionalConnection;
  private readonly options: {
    logGroup: string;
    onTask: (evidence: TaskEvidence) => void;
    signal: AbortSignal;
  };

  constructor(
    connection: RegionalConnection,
    options: {
      /** Where known already, as on an update. */
      cluster: string | undefined;
      logGroup: string;
      /** Told once for each kind of end. */
      onTask: (evidence: TaskEvidence) => void;
      signal: AbortSignal;
    },
  ) {
    this.connection = connection;
    this.options = options;
    this.cluster = options.cluster;
  }

  take({ type, status, physicalId }: StackEvent): void {
    if (type === 'AWS::ECS::Cluster' && physicalId !== '') this.cluster = physicalId;
    if (type !== 'AWS::ECS::Service') return;
    if (status.endsWith('_IN_PROGRESS')) {
      this.timer ??= setInterval(() => this.look(), EVERY_MS).unref();
    } else {
      this.end();
      if (status.endsWith('_FAILED')) this.look();
    }
  }

  /** What was found. Waits for a look that is under way. */
  async evidence(): Promise<TaskEvidence[]> {
    this.end();
    await this.looking;
    return [...this.found.values()];
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    const before = this.looking ?? Promise.resolve();
    // It explains a failure and must not become one: denied, or gone meanwhile, tells nothing.
    this.looking = before.then(() => this.collect()).catch(() => {});
  }

  private async collect(): Promise<void> {
    if (this.cluster === undefined || this.found.size >= MOST) return;
    const { signal, logGroup, onTask } = this.options;
    for (const task of await stoppedTasks(this.connection, this.cluster, signal)) {
      const reason = reasonOf(task);
      // Replaced and scaled-in tasks end as they should.
      if (task.stoppedAt < this.from || this.found.has(reason) || isOrdinary(task)) continue;
      const lines = await lastLines(
        this.connection,
        { group: logGroup, task: task.id, count: LINES },
        signal,
      ).catch(() => []);
      const evidence = { task: task.id, reason, lines };
      this.found.set(reason, evidence);
      onTask(evidence);
      if (this.found.size >= MOST) return;
    }
  }
}

function isOrdinary({ reason, containers }: StoppedTask): boolean {
  const harmless = containers.every(({ reason: why, exitCode }) => why === '' && (exitCode ?? 0) === 0);
  return harmless && /^Scaling activity|^Task stopped by|deployment/i.test(reason);
}

/** ECS says of the task that a container ended, and of the container how. */
export function reasonOf({ reason, containers }: StoppedTask): string {
  const details = containers.flatMap(({ name, reason: why, exitCode }) => {
    if (why !== '') return `${name}: ${why}`;
    return exitCode === undefined || exitCode === 0 ? [] : `${name} ended with ${exitCode}`;
  });
  return [reason, ...details].filter(Boolean).join('; ') || 'no reason given';
}

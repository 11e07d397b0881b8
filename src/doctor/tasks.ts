import type { EcsService } from '../aws/ecs.ts';
import type { StoppedTask } from '../aws/ecs-stopped-tasks.ts';
import type { Diagnosis, Trouble } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newTasks } from './remedies.ts';
import { isAsleep } from './sleep.ts';
import { causeOfEvent, causeOfStop, type StopPlace } from './stop-reasons.ts';

/** Long enough for a task to be placed, pull its image and start, in milliseconds. */
const STARTING_MS = 5 * 60_000;

/** Milliseconds after which an end is over and done with. */
const RECENT_MS = 15 * 60_000;

/** Of the ECS service; the keeper writes it (`templates/functions/keeper/service.ts`). */
const WOKEN_TAG = 'mcp-s3:woken-at';

/** Whether as many tasks run as are meant to, and why not. */
export const tasks: Diagnosis<Patient> = {
  id: 'tasks',
  title: 'running tasks',
  needs: ['awake', 'way-in', 'way-out', 'endpoints', 'platform'],
  async look(patient) {
    if (await isAsleep(patient)) return { state: 'absent', seen: 'none is meant to run' };
    const service = (await patient.service())!;
    const { place } = patient;
    const now = patient.context.now();
    const { running, desired, pending } = service;
    const counts = `${running} running, ${pending} starting, ${desired} wanted`;
    const at = await stopPlace(patient);
    const ends = failures(service, await patient.stopped(), at, now);
    const refusal = refusalOf(service, at);
    if (running >= desired) {
      // Spot capacity comes and goes, and what the load balancer thinks of tasks is looked at by itself.
      const own = ends.filter(({ cause }) => cause !== 'spot-interruption' && cause !== 'target-health');
      const [newest] = own;
      if (newest !== undefined) {
        const trouble = { ...newest, evidence: [counts, ...own.slice(0, 3).flatMap((end) => end.evidence)] };
        return own.length > 1 ? { state: 'broken', ...trouble } : { state: 'notice', ...trouble };
      }
      // The tasks of before serve on while those of a new version cannot start.
      if (service.rollout !== 'COMPLETED' && refusal !== undefined) {
        return { state: 'broken', ...refusal, evidence: [counts, ...refusal.evidence] };
      }
      return { state: 'good', seen: counts };
    }
    const trouble = ends[0] ?? refusal;
    if (trouble === undefined && now - lastStart(service) < STARTING_MS) {
      return {
        state: 'notice',
        cause: 'starting',
        says: 'tasks are starting; that takes a minute or two',
        evidence: [counts],
        remedy: [`look again in a minute: mcp-s3 doctor ${place}`],
      };
    }
    const { evidence, ...rest } = trouble ?? (await unexplained(patient, service));
    return { state: 'broken', ...rest, evidence: [counts, ...evidence] };
  },
};

async function stopPlace(patient: Patient): Promise<StopPlace> {
  return {
    place: patient.place,
    region: patient.connection.region,
    stack: (await patient.stack()).name,
    vpc: await patient.output('VpcId'),
    logGroup: await patient.output('LogGroupName'),
    memory: Number(await patient.parameter('TaskMemory')),
    otherPlatform: (await patient.parameter('CpuArchitecture')) === 'ARM64' ? 'linux/amd64' : 'linux/arm64',
  };
}

/** Ends of tasks of the newest deployment that it has not got over yet, the newest first. */
function failures(service: EcsService, stopped: StoppedTask[], at: StopPlace, now: number): Trouble[] {
  const since = Math.max(lastSteady(service), service.deployedAt, now - RECENT_MS);
  return stopped.flatMap((task) => {
    // Another deployment's tasks say so; the deployment's id is missing where nothing says it.
    const others = task.startedBy.startsWith('ecs-svc/') && task.startedBy !== service.deployment;
    if (task.stoppedAt < since || (service.deployment !== '' && others)) return [];
    const words = [task.reason, ...task.containers.map(({ reason }) => reason)].filter(Boolean).join('; ');
    const exit = task.containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0)?.exitCode;
    const found = causeOfStop(words, exit, at);
    const code = exit === undefined ? '' : ` (exit code ${exit})`;
    return found === undefined ? [] : [{ ...found, evidence: [`task ${task.id}: ${words}${code}`] }];
  });
}

/** What ECS says of tasks that it could not even place. */
function refusalOf(service: EcsService, at: StopPlace): Trouble | undefined {
  const since = Math.max(lastSteady(service), service.deployedAt);
  for (const { time, message } of service.events) {
    if (time < since) return undefined;
    const found = causeOfEvent(message, at);
    if (found !== undefined) return { ...found, evidence: [message] };
  }
  return undefined;
}

async function unexplained(patient: Patient, { events }: EcsService): Promise<Trouble> {
  return {
    cause: 'tasks-pending',
    says: 'tasks do not start, and ECS gives no reason',
    evidence: events.slice(0, 3).map(({ message }) => message),
    remedy: [await newTasks(patient)],
  };
}

/** When all was well for the last time ("Amazon ECS service event messages"). */
function lastSteady({ events }: EcsService): number {
  return events.find(({ message }) => /has reached a steady state/.test(message))?.time ?? 0;
}

/** When tasks were begun for the last time: by a deployment, by waking, or in the place of others. */
function lastStart({ deployedAt, tags, events }: EcsService): number {
  const started = events.find(({ message }) => /has started \d+ tasks/.test(message))?.time ?? 0;
  return Math.max(deployedAt, Date.parse(tags[WOKEN_TAG] ?? '') || 0, started);
}

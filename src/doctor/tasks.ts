import type { EcsService } from '../aws/ecs.ts';
import type { StoppedTask } from '../aws/ecs-stopped-tasks.ts';
import type { Diagnosis, Trouble } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { isAsleep } from './sleep.ts';
import { causeOfStop } from './stop-reasons.ts';

/** Long enough for a task to be placed, pull its image and start, in milliseconds. */
const STARTING_MS = 5 * 60_000;

/** Whether as many tasks run as are meant to, and why not. */
export const tasks: Diagnosis<Patient> = {
  id: 'tasks',
  title: 'running tasks',
  needs: ['awake', 'way-out', 'endpoints', 'image'],
  async look(patient) {
    if (await isAsleep(patient)) return { state: 'absent', seen: 'none is meant to run' };
    const service = (await patient.service())!;
    const { running, desired, pending } = service;
    const counts = `${running} running, ${pending} starting, ${desired} wanted`;
    if (running >= desired) return { state: 'good', seen: counts };
    const cause = whyFewer(service, await patient.stopped(), patient);
    const age = patient.context.now() - service.deployedAt;
    if (cause === undefined && age < STARTING_MS) {
      return {
        state: 'notice',
        cause: 'starting',
        says: 'tasks are starting; that takes a minute or two',
        evidence: [counts],
        remedy: [`look again in a minute: mcp-s3 doctor ${patient.place}`],
      };
    }
    const trouble = cause ?? {
      cause: 'tasks-pending',
      says: 'tasks do not start, and ECS gives no reason',
      evidence: service.events.slice(0, 3).map(({ message }) => message),
      remedy: [
        `aws ecs describe-services --cluster ${await patient.output('ClusterName')} --services ${await patient.output('ServiceName')} --region ${patient.connection.region}`,
      ],
    };
    return { state: 'broken', ...trouble, evidence: [counts, ...trouble.evidence] };
  },
};

/** What tasks that stopped, and what ECS says of those that it could not even place, tell. */
function whyFewer(service: EcsService, stopped: StoppedTask[], patient: Patient): Trouble | undefined {
  const since = service.deployedAt;
  for (const task of stopped.filter(({ stoppedAt }) => stoppedAt >= since)) {
    const texts = [task.reason, ...task.containers.map(({ reason }) => reason)].filter(Boolean);
    const exit = task.containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0)?.exitCode;
    const found = causeOfStop(texts.join('; '), exit, patient.place);
    if (found !== undefined) return { ...found, evidence: [`task ${task.id}: ${texts.join('; ')}`] };
  }
  for (const { time, message } of service.events) {
    if (time < since) break;
    const found = causeOfStop(message, undefined, patient.place);
    if (found !== undefined) return { ...found, evidence: [message] };
  }
  return undefined;
}

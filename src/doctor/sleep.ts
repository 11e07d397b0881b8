import { ASLEEP_TAG } from '../targets/aws/deployed-stack.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newStage, updateService } from './remedies.ts';

/** Whether tasks are meant to run: a service that sleeps is well. */
export const awake: Diagnosis<Patient> = {
  id: 'awake',
  title: 'whether the service is meant to run',
  needs: ['stack'],
  async look(patient) {
    const service = await patient.service();
    if (service === undefined) {
      return {
        state: 'broken',
        cause: 'service-deleted',
        says: 'the ECS service of the stack is gone',
        evidence: ['ecs DescribeServices: not found'],
        remedy: newStage(patient.place),
      };
    }
    if (service.desired > 0)
      return {
        state: 'good',
        seen: `${service.desired} ${service.desired === 1 ? 'task is' : 'tasks are'} meant to run`,
      };
    const mayBeAsleep =
      service.tags[ASLEEP_TAG] !== undefined ||
      Number(await patient.parameter('SleepAfterMinutes')) > 0 ||
      (await patient.parameter('ScheduleDown')) !== '';
    if (mayBeAsleep) {
      return {
        state: 'notice',
        cause: 'asleep',
        says: 'the service sleeps, as it was told to; the next request wakes it, in about a minute',
        evidence: [
          `desired tasks: 0${service.tags[ASLEEP_TAG] ? `, asleep since ${service.tags[ASLEEP_TAG]}` : ''}`,
        ],
        remedy: [`wake it now: mcp-s3 verify ${patient.place}`],
      };
    }
    const min = (await patient.parameter('MinTasks')) || '1';
    return {
      state: 'broken',
      cause: 'scaled-to-zero',
      says: 'somebody set the number of tasks to 0, and this stage is not one that sleeps: requests are answered 503',
      evidence: ['desired tasks: 0, --sleep-after is off'],
      remedy: [await updateService(patient, `--desired-count ${min}`)],
    };
  },
};

/** Whether no task runs because none is meant to. */
export async function isAsleep(patient: Patient): Promise<boolean> {
  return (await patient.service())?.desired === 0;
}

import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Cause } from '../../../src/doctor/causes.ts';
import type { Ended } from './aws-behind.ts';
import type { Break } from './break.ts';
import {
  CONTAINER_NAME,
  CONTAINER_PORT,
  IMAGE_MISSING,
  IMAGE_PLATFORM,
  IMAGE_URI,
  serviceOf,
} from './breaks-of-image.ts';
import type { SickStage } from './sick-stage.ts';
import { ROLE_GONE, STOPS, type Stop } from './stops.ts';

const ecs = (stage: SickStage) => stage.emulator.client(ECSClient);

/** Tasks end before they run. */
function stopped(cause: Cause, how: string, ended: Ended): Break {
  return {
    cause,
    check: 'tasks',
    how,
    by: 'answer',
    make(stage) {
      stage.behind.service = { running: 0, pending: 1, events: [] };
      stage.behind.ended = [ended, { ...ended, ago: 90 }];
      stage.behind.targets = [];
    },
    repair: 'lifted',
  };
}

/** ECS cannot even begin tasks, and says so in an event. */
function refused(cause: Cause, how: string, message: string): Break {
  return {
    cause,
    check: 'tasks',
    how,
    by: 'answer',
    make(stage) {
      stage.behind.service = { running: 0, events: [[30, message]] };
      stage.behind.targets = [];
    },
    repair: 'lifted',
  };
}

export const PENDING: Break = {
  cause: 'tasks-pending',
  check: 'tasks',
  how: 'a task is pending for a quarter of an hour, and nothing is said',
  by: 'answer',
  make(stage) {
    stage.behind.service = {
      running: 0,
      pending: 1,
      events: [[900, '(service mcp-dev) has started 1 tasks: (task 1a2b).']],
    };
    stage.behind.targets = [];
  },
  repair: 'lifted',
};

export const CAPACITY = refused(
  'no-capacity',
  'ECS has no capacity',
  '(service mcp-dev) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
);

export const ROLE = refused('role', 'a role of the tasks is gone', ROLE_GONE);

export const PULL = stopped('no-way-to-registry', 'the pull of the image times out', {
  reason: STOPS['no-way-to-registry']![0]!,
});

export const UNHEALTHY: Break = unhealthy('Target.Timeout', 'Request timed out');

function unhealthy(reason: string, description: string): Break {
  return {
    cause: 'target-health',
    check: 'target-health',
    how: `the load balancer says ${reason} of a task`,
    by: 'answer',
    make: (stage) => {
      stage.behind.targets = [{ state: 'unhealthy', reason, description }];
    },
    repair: 'lifted',
  };
}

/** Of the service, its task definition, its image, its tasks and their health. */
export const BREAKS_OF_TASKS: Break[] = [
  {
    cause: 'service-deleted',
    check: 'awake',
    how: 'the ECS service is deleted',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ecs:DescribeServices', () =>
        stage.behind.answers.json(['ecs', 'DescribeServices'], {
          services: [],
          failures: [{ arn: stage.stage.ids.Service, reason: 'MISSING' }],
        }),
      ),
    repair: 'lifted',
  },
  {
    cause: 'asleep',
    check: 'awake',
    state: 'notice',
    how: 'the keeper has put it to sleep',
    by: 'answer',
    make(stage) {
      stage.behind.service = { running: 0, desired: 0, tags: { 'mcp-s3:asleep': new Date().toISOString() } };
      stage.behind.targets = [];
    },
    repair: 'lifted',
  },
  {
    cause: 'scaled-to-zero',
    check: 'awake',
    how: 'somebody sets the number of tasks to 0',
    by: 'emulator',
    async make(stage) {
      await ecs(stage).send(new UpdateServiceCommand({ ...serviceOf(stage), desiredCount: 0 }));
    },
    repair: 'line',
  },
  CONTAINER_NAME,
  CONTAINER_PORT,
  {
    cause: 'no-load-balancer',
    check: 'definition',
    how: 'the service is not behind its load balancer',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ecs:DescribeServices', (call) =>
        stage.behind.answers.changed(['ecs', 'DescribeServices'], call, (body) => {
          const answer = JSON.parse(body);
          for (const service of answer.services) service.loadBalancers = [];
          return JSON.stringify(answer);
        }),
      ),
    repair: 'lifted',
  },
  {
    cause: 'task-definition-deleted',
    check: 'definition',
    how: 'the task definition is deleted',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ecs:DescribeTaskDefinition', (call) =>
        stage.behind.answers.refusal(['ecs', 'DescribeTaskDefinition'], call, {
          code: 'ClientException',
          message: 'Unable to describe task definition.',
          status: 400,
        }),
      ),
    repair: 'lifted',
  },
  IMAGE_URI,
  IMAGE_MISSING,
  IMAGE_PLATFORM,
  PENDING,
  CAPACITY,
  ROLE,
  ...(Object.entries(STOPS) as [Cause, Stop][]).map(([cause, [reason, exitCode, containerReason]]) =>
    stopped(cause, `tasks end: "${reason.slice(0, 60)}…"`, {
      reason,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(containerReason === undefined ? {} : { containerReason }),
    }),
  ),
  {
    cause: 'crash',
    check: 'tasks',
    how: 'tasks run, and end again and again',
    by: 'answer',
    make(stage) {
      stage.behind.service = { running: 1, events: [] };
      stage.behind.ended = [10, 70, 130].map((ago) => ({
        reason: 'Essential container in task exited',
        exitCode: 1,
        ago,
      }));
      stage.behind.targets = [{ state: 'initial', reason: 'Elb.RegistrationInProgress' }];
    },
    repair: 'lifted',
  },
  {
    cause: 'no-capacity',
    check: 'tasks',
    how: 'the tasks of before serve on, and those of a new version find no capacity',
    by: 'answer',
    make(stage) {
      stage.behind.service = {
        rollout: 'IN_PROGRESS',
        deployed: 300,
        events: [[30, '(service mcp-dev) was unable to place a task. Reason: RESOURCE:CPU.']],
      };
    },
    repair: 'lifted',
  },
  {
    cause: 'starting',
    check: 'tasks',
    state: 'notice',
    how: 'it is deployed for the first time, or wakes',
    by: 'answer',
    make(stage) {
      stage.behind.service = { running: 0, pending: 1, events: [], deployed: 40 };
      stage.behind.targets = [];
    },
    repair: 'lifted',
  },
  UNHEALTHY,
  unhealthy('Target.ResponseCodeMismatch', 'Health checks failed with these codes: [502]'),
  unhealthy('Target.FailedHealthChecks', 'Health checks failed'),
  {
    cause: 'registering',
    check: 'target-health',
    state: 'notice',
    how: 'the load balancer has not yet seen enough of a new task',
    by: 'answer',
    make(stage) {
      stage.behind.targets = [{ state: 'initial', reason: 'Elb.InitialHealthChecking' }];
    },
    repair: 'lifted',
  },
  {
    cause: 'no-targets',
    check: 'target-health',
    how: 'no task is registered with the load balancer',
    by: 'answer',
    make: (stage) => {
      stage.behind.targets = [];
    },
    repair: 'lifted',
  },
];

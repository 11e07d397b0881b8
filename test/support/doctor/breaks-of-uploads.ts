import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientConfig } from '../../../src/aws/connection.ts';
import type { Cause } from '../../../src/doctor/causes.ts';
import { random } from './aws-behind.ts';
import type { Break } from './break.ts';
import type { SickStage } from './sick-stage.ts';

const s3 = (stage: SickStage) => stage.emulator.client(S3Client);
const events = (stage: SickStage) => stage.emulator.client(EventBridgeClient);
const lambda = (stage: SickStage) => stage.emulator.client(LambdaClient);
// Through the proxy, by TLS as it says: the queues let nobody else in.
const sqs = (stage: SickStage) => new SQSClient(clientConfig(stage.emulator.connection(), 'SQS'));
const out = ({ stage }: SickStage) => stage.outputs;

async function mapping(
  stage: SickStage,
): Promise<{ UUID?: string | undefined; EventSourceArn?: string | undefined }> {
  const { EventSourceMappings } = await lambda(stage).send(
    new ListEventSourceMappingsCommand({ FunctionName: out(stage).UploadFunctionName }),
  );
  return EventSourceMappings![0]!;
}

async function eventsOf(stage: SickStage, on: boolean): Promise<void> {
  const NotificationConfiguration = on ? { EventBridgeConfiguration: {} } : {};
  const Bucket = out(stage).S3BucketName;
  await s3(stage).send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

function functionIn(cause: Cause, how: string, State: string, StateReasonCode: string): Break {
  return {
    cause,
    check: 'upload-function',
    how,
    by: 'answer',
    make: (stage) =>
      stage.behind.answer(/^lambda:GET .*configuration$/, (call) =>
        stage.behind.answers.changed(['lambda', 'GetFunctionConfiguration'], call, (body) =>
          JSON.stringify({ ...JSON.parse(body), State, StateReasonCode }),
        ),
      ),
    repair: 'lifted',
  };
}

export const RULE_DISABLED: Break = {
  cause: 'rule-disabled',
  check: 'upload-rule',
  how: 'the rule for new files is disabled',
  by: 'emulator',
  async make(stage) {
    await events(stage).send(new DisableRuleCommand({ Name: out(stage).UploadRuleName }));
  },
  repair: 'both',
};

let keptPolicy = '';
let keptSource = '';

/** Of the bucket and of what happens to a new file. */
export const BREAKS_OF_UPLOADS: Break[] = [
  {
    cause: 'bucket-deleted',
    check: 'bucket',
    how: 'the bucket is deleted',
    by: 'emulator',
    async make(stage) {
      await s3(stage).send(new DeleteBucketCommand({ Bucket: out(stage).S3BucketName }));
    },
    repair: 'lifted',
    async lift(stage) {
      await s3(stage).send(new CreateBucketCommand({ Bucket: out(stage).S3BucketName }));
      await eventsOf(stage, true);
    },
  },
  {
    cause: 'bucket-events-off',
    check: 'bucket-events',
    how: "the bucket's events are turned off",
    by: 'emulator',
    make: (stage) => eventsOf(stage, false),
    repair: 'both',
  },
  RULE_DISABLED,
  {
    cause: 'rule-without-target',
    check: 'upload-rule',
    how: 'the rule sends to the queue no more',
    by: 'emulator',
    async make(stage) {
      const Rule = out(stage).UploadRuleName;
      const { Targets } = await events(stage).send(new ListTargetsByRuleCommand({ Rule }));
      const Ids = Targets!.map(({ Id }) => Id!);
      await events(stage).send(new RemoveTargetsCommand({ Rule, Ids }));
    },
    repair: 'line',
  },
  {
    cause: 'upload-rule-deleted',
    check: 'upload-rule',
    how: 'the rule is deleted',
    by: 'emulator',
    async make(stage) {
      const Name = out(stage).UploadRuleName;
      const { EventPattern } = await events(stage).send(new DescribeRuleCommand({ Name }));
      const { Targets } = await events(stage).send(new ListTargetsByRuleCommand({ Rule: Name }));
      keptPolicy = EventPattern!;
      keptSource = Targets![0]!.Arn!;
      await events(stage).send(new RemoveTargetsCommand({ Rule: Name, Ids: Targets!.map(({ Id }) => Id!) }));
      await events(stage).send(new DeleteRuleCommand({ Name }));
    },
    repair: 'lifted',
    async lift(stage) {
      const Name = out(stage).UploadRuleName;
      await events(stage).send(new PutRuleCommand({ Name, EventPattern: keptPolicy }));
      const Targets = [{ Id: 'queue', Arn: keptSource }];
      await events(stage).send(new PutTargetsCommand({ Rule: Name, Targets }));
    },
  },
  {
    cause: 'queue-policy',
    check: 'upload-queue',
    how: 'the queue lets EventBridge send no more',
    by: 'emulator',
    async make(stage) {
      const QueueUrl = out(stage).UploadQueueUrl;
      const { Attributes } = await sqs(stage).send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }),
      );
      keptPolicy = Attributes!.Policy!;
      await sqs(stage).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
    },
    repair: 'lifted',
    async lift(stage) {
      const QueueUrl = out(stage).UploadQueueUrl;
      await sqs(stage).send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: keptPolicy } }));
    },
  },
  {
    cause: 'queue-backlog',
    check: 'upload-queue',
    state: 'notice',
    how: 'five hundred files wait in the queue',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('sqs:GetQueueAttributes', (call) =>
        stage.behind.answers.changed(['sqs', 'GetQueueAttributes'], call, (body) =>
          call.body.includes('DeadLetter')
            ? body
            : body.replace(/("ApproximateNumberOfMessages":\s*)"\d+"/, '$1"500"'),
        ),
      ),
    repair: 'lifted',
  },
  {
    cause: 'function-source-disabled',
    check: 'upload-function',
    how: "the queue's messages are not handed to the function",
    by: 'emulator',
    async make(stage) {
      const { UUID } = await mapping(stage);
      await lambda(stage).send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    },
    repair: 'both',
  },
  {
    cause: 'function-source-problem',
    check: 'upload-function',
    how: 'Lambda may not read the queue',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer(/^lambda:GET .*event-source-mappings/, (call) =>
        stage.behind.answers.changed(['lambda', 'ListEventSourceMappings'], call, (body) => {
          const answer = JSON.parse(body);
          for (const each of answer.EventSourceMappings) {
            each.LastProcessingResult = 'PROBLEM: Lambda cannot access the queue';
          }
          return JSON.stringify(answer);
        }),
      ),
    repair: 'lifted',
  },
  functionIn('function-state', 'the function has failed', 'Failed', 'InternalError'),
  { ...functionIn('function-idle', 'the function was idle for weeks', 'Inactive', 'Idle'), state: 'notice' },
  {
    cause: 'function-without-queue',
    check: 'upload-function',
    how: 'the mapping between queue and function is deleted',
    by: 'emulator',
    async make(stage) {
      const { UUID, EventSourceArn } = await mapping(stage);
      keptSource = EventSourceArn!;
      await lambda(stage).send(new DeleteEventSourceMappingCommand({ UUID }));
    },
    repair: 'lifted',
    async lift(stage) {
      const FunctionName = out(stage).UploadFunctionName;
      await lambda(stage).send(
        new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: keptSource, BatchSize: 2 }),
      );
    },
  },
  {
    cause: 'dead-letters',
    check: 'dead-letters',
    how: 'two files were given up',
    by: 'emulator',
    async make(stage) {
      const QueueUrl = out(stage).UploadDeadLetterQueueUrl;
      for (const MessageBody of ['{"a":1}', '{"b":2}']) {
        await sqs(stage).send(new SendMessageCommand({ QueueUrl, MessageBody }));
      }
      // The emulator moves no messages by itself.
      stage.behind.answer('sqs:StartMessageMoveTask', async () => {
        await sqs(stage).send(new PurgeQueueCommand({ QueueUrl }));
        return stage.behind.answers.json(['sqs', 'StartMessageMoveTask'], { TaskHandle: random(12) });
      });
    },
    repair: 'both',
  },
];

/** What is done to a stage in the end, because the emulator cannot put it back under the same name. */
export const UPLOAD_QUEUE_DELETED: Break = {
  cause: 'upload-queue-deleted',
  check: 'upload-queue',
  how: 'the queue is deleted',
  by: 'emulator',
  async make(stage) {
    await sqs(stage).send(new DeleteQueueCommand({ QueueUrl: out(stage).UploadQueueUrl }));
  },
  repair: 'no',
};

export const UPLOAD_FUNCTION_DELETED: Break = {
  cause: 'upload-function-deleted',
  check: 'upload-function',
  how: 'the function is deleted',
  by: 'emulator',
  async make(stage) {
    await lambda(stage).send(new DeleteFunctionCommand({ FunctionName: out(stage).UploadFunctionName }));
  },
  repair: 'no',
};

import type { Exceptions } from '../support/templates/judging.ts';

const OWN_KEY =
  'encrypted at rest by a key of AWS; a key of our own costs each month, and outlives destroy by its deletion window';
const INSIDE =
  'the listener is reached by the link from API Gateway alone, inside the network; with callers API Gateway speaks TLS';
const LOGGED =
  'requests are logged by API Gateway and by the service; a further log needs a bucket that grows for ever';
const OUTSIDE =
  'speaks to APIs of AWS alone and reaches nothing in the network, where it would need endpoints that are paid by the hour';

/** What checkov finds in the templates and stays so. The lane fails when an entry is no longer found. */
export const CHECKOV_EXCEPTIONS: Exceptions = {
  CKV_AWS_2: { resources: ['Listener'], why: INSIDE },
  CKV_AWS_103: { resources: ['Listener'], why: INSIDE },
  CKV_AWS_18: {
    resources: ['Bucket', 'ArtifactsBucket'],
    why: `${LOGGED}; who reads the bucket past the service is in CloudTrail where the account wants it`,
  },
  CKV_AWS_21: {
    resources: ['ArtifactsBucket'],
    why: 'holds templates on their way to CloudFormation, under names of their content, for 30 days',
  },
  CKV_AWS_26: {
    resources: ['Topic'],
    why: 'alarms cannot publish to a topic with the key of AWS (alias/aws/sns), and messages hold no file content',
  },
  CKV_AWS_27: {
    resources: ['UploadQueue', 'UploadDeadLetterQueue'],
    why: 'encrypted by SQS itself (SqsManagedSseEnabled), which this check does not know',
  },
  CKV_AWS_65: {
    resources: ['Cluster'],
    why: 'Container Insights is paid by metric; tasks, CPU, memory and errors are watched without it',
  },
  CKV_AWS_73: {
    resources: ['ApiStage'],
    why: 'one request has one id in every log, which shows its way; traces are paid and tell the same',
  },
  CKV_AWS_91: { resources: ['LoadBalancer'], why: LOGGED },
  CKV_AWS_111: {
    resources: ['DeployRole'],
    why: 'who deploys makes networks and scaling targets, whose names are not known before',
  },
  CKV_AWS_115: {
    resources: ['UploadFunction', 'Keeper'],
    why: 'new accounts have ten concurrent executions and cannot reserve any; the queue starts two of one at most, a schedule one of the other',
  },
  CKV_AWS_116: {
    resources: ['UploadFunction', 'Keeper'],
    why: "the queue keeps what fails and has a queue for dead letters; the keeper's failures ring, and it looks again in five minutes",
  },
  CKV_AWS_117: { resources: ['UploadFunction', 'Keeper'], why: OUTSIDE },
  CKV_AWS_120: {
    resources: ['ApiStage'],
    why: 'answers are streams and belong to one key; summaries are cached by the service',
  },
  CKV_AWS_136: { resources: ['Repository'], why: OWN_KEY },
  CKV_AWS_149: { resources: ['ApiKeySecretA', 'UploadApiKeySecret'], why: OWN_KEY },
  CKV_AWS_158: {
    resources: ['LogGroup', 'ApiAccessLogGroup', 'UploadFunctionLogGroup', 'KeeperLogGroup'],
    why: OWN_KEY,
  },
  CKV_AWS_173: {
    resources: ['UploadFunction', 'Keeper'],
    why: 'the variables are names and numbers, no secrets',
  },
};

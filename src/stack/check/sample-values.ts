import type { Parameters } from '../deploy-settings.ts';

/** Values such as `deploy` looks up, for the parameters that have no default: a template is judged as it is filled. */
export const SAMPLE_VALUES: Parameters = {
  Stage: 'dev',
  Version: '0.0.0',
  ImageUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev@sha256:${'0'.repeat(64)}`,
  ZoneA: 'euc1-az1',
  ZoneB: 'euc1-az2',
  S3PrefixListId: 'pl-6ea54007',
  ModelId: 'eu.amazon.nova-2-lite-v1:0',
  ModelArns: 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.amazon.nova-2-lite-v1:0',
};

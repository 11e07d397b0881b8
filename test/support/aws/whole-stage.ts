import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { composeBootstrap, composeTemplate } from '../../../src/stack/compose/compose.ts';
import type { Emulator } from './emulator.ts';
import { physicalIds } from './small-stage.ts';

/** A stage made of the templates that `deploy` hands in, without `deploy`. */
export interface WholeStage {
  stage: string;
  /** Physical ids by logical ids. */
  ids: Record<string, string>;
  outputs: Record<string, string>;
  artifacts: string;
  repository: string;
}

export const MODEL = 'eu.amazon.nova-2-lite-v1:0';

/** Parameters that have no default. */
const GIVEN = {
  Version: '0.1.0',
  ImageUri: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-dev@sha256:${'a'.repeat(64)}`,
  ZoneA: 'euc1-az1',
  ZoneB: 'euc1-az2',
  S3PrefixListId: 'pl-6ea54007',
  ModelId: MODEL,
  ModelArns: `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/${MODEL}`,
};

export async function createWholeStage(
  emulator: Emulator,
  stage: string,
  parameters: Record<string, string> = {},
): Promise<WholeStage> {
  const bootstrapName = `mcp-${stage}-bootstrap`;
  const { body: bootstrap } = await composeBootstrap();
  await create(emulator, bootstrapName, stage, { TemplateBody: bootstrap }, { Stage: stage });
  const { ArtifactsBucketName: Bucket, RepositoryName } = await outputsOf(emulator, bootstrapName);
  const values = { ...GIVEN, Stage: stage, ...parameters };
  const { body } = await composeTemplate(values);
  await emulator.client(S3Client).send(new PutObjectCommand({ Bucket, Key: 'app.json', Body: body }));
  await create(
    emulator,
    `mcp-${stage}`,
    stage,
    { TemplateURL: `${emulator.url}/${Bucket}/app.json` },
    values,
  );
  return {
    stage,
    ids: await physicalIds(emulator, `mcp-${stage}`),
    outputs: await outputsOf(emulator, `mcp-${stage}`),
    artifacts: Bucket!,
    repository: RepositoryName!,
  };
}

async function create(
  emulator: Emulator,
  StackName: string,
  stage: string,
  template: { TemplateBody: string } | { TemplateURL: string },
  values: Record<string, string>,
): Promise<void> {
  const { region, url: endpoint } = emulator;
  // Through the proxy, which takes out what the emulator lacks.
  const client = new CloudFormationClient({ region, endpoint, credentials: emulator.root });
  const Parameters = Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const Tags = [{ Key: 'mcp-s3:stage', Value: stage }];
  await client.send(
    new CreateStackCommand({
      StackName,
      ...template,
      Parameters,
      Tags,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  const waiter = { client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.5 };
  await waitUntilStackCreateComplete(waiter, { StackName });
}

async function outputsOf(emulator: Emulator, StackName: string): Promise<Record<string, string>> {
  const { Stacks } = await emulator
    .client(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries(
    (Stacks![0]!.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]),
  );
}

import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import type { Emulator } from './emulator.ts';

/**
 * What `deploy` makes, in small: two stacks with one of each thing that `destroy` treats in its own way. Quick to
 * make, where a test is not about the whole.
 */
const APP = `
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/24 } }
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Metadata: { mcp-s3: { Description: Holds the files } }
    Properties:
      VersioningConfiguration: { Status: Enabled }
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }
  UploadRule:
    Type: AWS::Events::Rule
    Properties:
      Name: !Sub mcp-\${Stage}-upload
      EventPattern: { source: [aws.s3], detail-type: [Object Created] }
  LogGroup:
    Type: AWS::Logs::LogGroup
    Metadata: { mcp-s3: { Description: Log of the service } }
    Properties: { LogGroupName: !Sub '/ecs/mcp-\${Stage}-task' }
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Sub mcp-\${Stage}-task
      ContainerDefinitions: [{ Name: server, Image: 'none:latest', Memory: 128 }]
  RestApi: { Type: AWS::ApiGateway::RestApi, Properties: { Name: !Sub 'mcp-\${Stage}' } }
  UsagePlan: { Type: AWS::ApiGateway::UsagePlan, Properties: { UsagePlanName: !Sub 'mcp-\${Stage}' } }
Parameters:
  Stage: { Type: String }
`;

const BOOTSTRAP = `
Resources:
  ArtifactsBucket:
    Type: AWS::S3::Bucket
    Properties: { VersioningConfiguration: { Status: Enabled } }
  Repository:
    Type: AWS::ECR::Repository
    Properties: { RepositoryName: !Ref Stage, EmptyOnDelete: true }
Parameters:
  Stage: { Type: String }
`;

export interface SmallStage {
  bucket: string;
  artifacts: string;
  usagePlan: string;
  vpc: string;
}

/** Makes both stacks of a stage, as root. */
export async function createSmallStage(
  emulator: Emulator,
  stage: string,
  { app = APP, bootstrap = BOOTSTRAP }: { app?: string; bootstrap?: string } = {},
): Promise<SmallStage> {
  await createStack(emulator, `mcp-${stage}`, stage, app);
  await createStack(emulator, `mcp-${stage}-bootstrap`, stage, bootstrap);
  const ids = await physicalIds(emulator, `mcp-${stage}`);
  const { ArtifactsBucket } = await physicalIds(emulator, `mcp-${stage}-bootstrap`);
  return { bucket: ids.Bucket!, usagePlan: ids.UsagePlan!, vpc: ids.Vpc!, artifacts: ArtifactsBucket! };
}

/** The small stage's template with more resources. */
export function appWith(resources: string): string {
  return APP.replace('Resources:\n', `Resources:\n${resources}`);
}

/** @param stage of the tag; undefined: a stack of somebody else */
export async function createStack(
  emulator: Emulator,
  name: string,
  stage: string | undefined,
  TemplateBody: string,
): Promise<string> {
  const client = emulator.client(CloudFormationClient);
  const { StackId } = await client.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: [{ ParameterKey: 'Stage', ParameterValue: stage ?? 'other' }],
      Tags: stage === undefined ? [] : [{ Key: 'mcp-s3:stage', Value: stage }],
    }),
  );
  const waiter = { client, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.5 };
  await waitUntilStackCreateComplete(waiter, { StackName: name });
  return StackId!;
}

/** Physical ids of a stack's resources by their logical ids. */
export async function physicalIds(emulator: Emulator, stack: string): Promise<Record<string, string>> {
  const client = emulator.client(CloudFormationClient);
  const ids: Record<string, string> = {};
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      ids[LogicalResourceId!] = PhysicalResourceId ?? '';
    }
  }
  return ids;
}

/** Status of a stack; undefined where there is none. */
export async function stackStatus(emulator: Emulator, name: string): Promise<string | undefined> {
  const { Stacks = [] } = await emulator
    .client(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName: name }))
    .catch((error: Error) => {
      if (/does not exist/.test(error.message)) return { Stacks: [] };
      throw error;
    });
  return Stacks[0]?.StackStatus;
}

/** A key as `key create` makes it. */
export async function createNamedKey(
  emulator: Emulator,
  stage: string,
  name: string,
  usagePlanId: string,
): Promise<string> {
  const client = emulator.client(APIGatewayClient);
  const { id } = await client.send(
    new CreateApiKeyCommand({
      name: `mcp-${stage}-${name}`,
      enabled: true,
      tags: { 'mcp-s3:stage': stage, 'mcp-s3:key-name': name },
    }),
  );
  await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id!, keyType: 'API_KEY' }));
  return id!;
}

/** An image in a repository, under each of the tags. */
export async function putImage(emulator: Emulator, repositoryName: string, tags: string[]): Promise<void> {
  const client = emulator.client(ECRClient);
  const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], config: {}, of: tags[0] });
  for (const imageTag of tags) {
    await client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
  }
}

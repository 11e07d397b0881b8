import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { AuthorizeSecurityGroupEgressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import type { CredentialProvider } from '../../../src/aws/connection.ts';
import type { CliContext } from '../../../src/context.ts';
import { AWS_DIAGNOSES } from '../../../src/doctor/aws-diagnoses.ts';
import type { Result } from '../../../src/doctor/diagnosis.ts';
import { type Examination, examineWith } from '../../../src/doctor/examine.ts';
import { Patient } from '../../../src/doctor/patient.ts';
import type { Emulator, Keys } from '../aws/emulator.ts';
import { giveImage } from '../aws/given-image.ts';
import { createWholeStage, type WholeStage } from '../aws/whole-stage.ts';
import { ROOT } from '../imports.ts';
import { AwsBehind } from './aws-behind.ts';

export const EMAIL = 'ops@example.com';

/** A stage that doctor looks at, in the emulator, with answers of AWS for what the emulator cannot be asked. */
export class SickStage {
  readonly emulator: Emulator;
  readonly stage: WholeStage;
  readonly image: string;
  /** What the emulator lacks, or never does: change it, and doctor is answered so. */
  readonly behind: AwsBehind;
  /** Who asks, where it is not the account's root. */
  credentials: CredentialProvider | undefined;

  private constructor(emulator: Emulator, stage: WholeStage, image: string, behind: AwsBehind) {
    this.emulator = emulator;
    this.stage = stage;
    this.image = image;
    this.behind = behind;
  }

  static async create(emulator: Emulator, parameters: Record<string, string> = {}): Promise<SickStage> {
    const image = await imageFor(emulator, 'amd64');
    const values = { ImageUri: image, CpuArchitecture: 'X86_64', Email: EMAIL, ...parameters };
    const stage = await createWholeStage(emulator, 'dev', values);
    await openFirewalls(emulator, stage);
    const sick = new SickStage(emulator, stage, image, new AwsBehind(emulator, stage));
    sick.behind.rig();
    return sick;
  }

  /** What doctor finds. */
  async look({ keys, stage = 'dev' }: { keys?: Keys; stage?: string } = {}): Promise<Result[]> {
    return (await this.examine(false, keys, stage)).results;
  }

  /** Nothing is answered otherwise than all is well, and root asks. */
  heal(): void {
    this.behind.heal();
    this.credentials = undefined;
  }

  fix(): Promise<Examination> {
    return this.examine(true);
  }

  /** Runs a line that doctor printed, with the AWS command line. */
  async runLine(line: string): Promise<void> {
    const shell = {
      env: { ...this.emulator.env(), PATH: `${awsCliFolder()}${path.delimiter}${process.env.PATH}` },
    };
    Object.assign(shell.env, { AWS_DEFAULT_REGION: this.emulator.region });
    // For SQS this command line does not heed AWS_ENDPOINT_URL alone.
    const aws = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';
    await promisify(execFile)('/bin/sh', ['-c', `${aws}; ${line}`], shell);
  }

  /** As a deployment does it, but for its change set: the emulator's does not see that a condition takes parts away. */
  async setParameter(name: string, value: string): Promise<void> {
    const client = this.emulator.client(CloudFormationClient);
    const StackName = 'mcp-dev';
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const Parameters = Stacks![0]!.Parameters!.map(({ ParameterKey }) =>
      ParameterKey === name
        ? { ParameterKey, ParameterValue: value }
        : { ParameterKey, UsePreviousValue: true },
    );
    const Capabilities = ['CAPABILITY_IAM' as const];
    await client.send(
      new UpdateStackCommand({ StackName, UsePreviousTemplate: true, Parameters, Capabilities }),
    );
    await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  }

  private examine(fix: boolean, keys?: Keys, stage = 'dev'): Promise<Examination> {
    const connection = this.emulator.connection(keys);
    if (this.credentials !== undefined) connection.credentials = this.credentials;
    const { signal } = new AbortController();
    const context = { env: connection.env, now: () => Date.now(), signal, version: '0' } as CliContext;
    return examineWith(AWS_DIAGNOSES, () => new Patient(connection, stage, context), signal, { fix });
  }
}

/** An image for a platform in a registry of the emulator, by its digest. */
export async function imageFor(emulator: Emulator, architecture: string): Promise<string> {
  const tagged = await giveImage(emulator, architecture);
  const { images } = await emulator
    .client(ECRClient)
    .send(new BatchGetImageCommand({ repositoryName: 'team', imageIds: [{ imageTag: architecture }] }));
  return tagged.replace(`:${architecture}`, `@${images![0]!.imageId!.imageDigest}`);
}

/** The rules that the emulator cannot make from the template, as the template has them. */
async function openFirewalls(emulator: Emulator, { ids }: WholeStage): Promise<void> {
  const ec2 = emulator.client(EC2Client);
  for (const [from, to, port] of [
    ['LinkSecurityGroup', 'AlbSecurityGroup', 80],
    ['AlbSecurityGroup', 'TaskSecurityGroup', 8080],
    ['TaskSecurityGroup', 'EndpointSecurityGroup', 443],
  ] as const) {
    const permission = {
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      UserIdGroupPairs: [{ GroupId: ids[to]! }],
    };
    await ec2.send(
      new AuthorizeSecurityGroupEgressCommand({ GroupId: ids[from]!, IpPermissions: [permission] }),
    );
  }
}

/**
 * Folder of AWS's own command line, which runs what doctor prints. The lane `emulator` installs it and names it in
 * MCP_S3_TEST_AWS_CLI; where that is not set, the one that the lane left in .cache is taken.
 */
function awsCliFolder(): string {
  const folder = process.env.MCP_S3_TEST_AWS_CLI || path.join(ROOT, '.cache/lanes/python-awscli==1.46.3/bin');
  if (existsSync(folder)) return folder;
  throw new Error('the AWS command line is not installed: run `node scripts/lanes.mjs emulator` once');
}

import { spawn } from 'node:child_process';
import path from 'node:path';
import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { ROOT } from '../imports.ts';
import type { Emulator, Keys } from './emulator.ts';
import { assumeRole } from './identities.ts';
import type { WholeStage } from './whole-stage.ts';

/** The built server as a task of the stage runs it: with the task's environment and the task's role. */
export interface RealTask {
  url: string;
  keys: Keys;
  close(): Promise<void>;
}

/** @param bedrock URL of the Bedrock that it asks */
export async function startTask(emulator: Emulator, { ids }: WholeStage, bedrock: string): Promise<RealTask> {
  const { taskDefinition } = await emulator
    .client(ECSClient)
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: ids.TaskDefinition! }));
  const [container] = taskDefinition!.containerDefinitions!;
  const settings = Object.fromEntries(container!.environment!.map(({ name, value }) => [name!, value!]));
  const keys = await sessionOf(emulator, taskDefinition!.taskRoleArn!);
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/server/main.js')], {
    env: {
      ...emulator.env(keys),
      ...settings,
      MCP_S3_PORT: '0',
      MCP_S3_HOST: '127.0.0.1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const listening = /listens on (\S+)/.exec(said);
      if (listening) resolve(listening[1]!);
    });
    ended.then(() => reject(new Error(`the server ended: ${said}`)));
  });
  return {
    url,
    keys,
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Keys of a session of a role that only a service may take on. Who may take it on is changed for that; what it may
 * do stays.
 */
export async function sessionOf(emulator: Emulator, arn: string): Promise<Keys> {
  const AWS = `arn:aws:iam::${emulator.account}:root`;
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } }],
  };
  await emulator.client(IAMClient).send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: arn.slice(arn.lastIndexOf('/') + 1),
      PolicyDocument: JSON.stringify(trust),
    }),
  );
  return await assumeRole(emulator, arn);
}

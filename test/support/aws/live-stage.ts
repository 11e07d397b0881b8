import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { type BedrockServer, startBedrockServer } from '../bedrock-server/server.ts';
import type { Emulator } from './emulator.ts';
import { connectFunctions } from './functions.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { type RealTask, startTask } from './real-task.ts';
import { physicalIds } from './small-stage.ts';

/** The real server behind the emulated API of a stage that a command deploys. */
export interface LiveStage {
  bedrock: BedrockServer;
  /** Lets go of the server, for a stage that is deployed anew. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the stage's server when its API is asked for the first time, as its tasks would run by then. */
export async function serveStage(emulator: Emulator, stage: string): Promise<LiveStage> {
  const bedrock = await startBedrockServer();
  let running: Promise<{ task: RealTask; gateway: Gateway }> | undefined;
  emulator.proxy.rig({
    action: /^execute-api:/,
    do: async () => {
      running ??= begin(emulator, stage, bedrock.url);
      await running;
      return undefined;
    },
  });
  const stop = async () => {
    const { task, gateway } = (await running) ?? {};
    running = undefined;
    await gateway?.close();
    await task?.close();
  };
  return {
    bedrock,
    stop,
    async close() {
      await stop();
      await bedrock.close();
    },
  };
}

async function begin(emulator: Emulator, stage: string, bedrock: string) {
  const StackName = `mcp-${stage}`;
  const { Stacks } = await emulator
    .client(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName }));
  const pairs = Stacks![0]!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]);
  const deployed = {
    stage,
    ids: await physicalIds(emulator, StackName),
    outputs: Object.fromEntries(pairs),
    artifacts: '',
    repository: '',
  };
  const task = await startTask(emulator, deployed, bedrock);
  const gateway = await openGateway(emulator, deployed, task.url);
  await connectFunctions(emulator, deployed, gateway);
  return { task, gateway };
}

/** An image for `--image-uri` in a repository of its own: an index, which names platforms. Returns its URI. */
export async function publishImage(emulator: Emulator, repositoryName = 'mcp-images'): Promise<string> {
  const client = emulator.client(ECRClient);
  await client.send(new CreateRepositoryCommand({ repositoryName }));
  const manifest = (architecture: string, letter: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${letter.repeat(64)}`,
    size: 1000,
    platform: { os: 'linux', architecture },
  });
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [manifest('arm64', 'a'), manifest('amd64', 'b')],
  });
  const { image } = await client.send(
    new PutImageCommand({
      repositoryName,
      imageManifest,
      imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      imageTag: '1.0.0',
    }),
  );
  const registry = `${emulator.account}.dkr.ecr.${emulator.region}.amazonaws.com`;
  return `${registry}/${repositoryName}@${image!.imageId!.imageDigest}`;
}

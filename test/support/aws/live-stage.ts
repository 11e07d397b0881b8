import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { type BedrockServer, startBedrockServer } from '../bedrock-server/server.ts';
import type { Emulator } from './emulator.ts';
import { connectFunctions } from './functions.ts';
import { openGateway } from './gateway.ts';
import { type KeeperAccount, runningTasks } from './keeper-account.ts';
import { startTask } from './real-task.ts';
import { physicalIds } from './small-stage.ts';

/** The real server behind the emulated API of a stage that a command deploys. */
export interface LiveStage {
  bedrock: BedrockServer;
  /** What stands around the stage's keeper, once its API was asked. */
  keeper(): Promise<KeeperAccount>;
  /** Lets go of the server, for a stage that is deployed anew. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** The load balancer's own answer. It stands here because MiniStack calls every failure JSON. */
const UNSERVED = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head></html>',
};

/**
 * Starts the stage's server when its API is asked for the first time, as its tasks would run by then. Without a task
 * of the service there is no answer but {@link UNSERVED}.
 */
export async function serveStage(emulator: Emulator, stage: string): Promise<LiveStage> {
  const bedrock = await startBedrockServer();
  let running: ReturnType<typeof begin> | undefined;
  emulator.proxy.rig({
    action: /^execute-api:/,
    do: async () => {
      running ??= begin(emulator, stage, bedrock.url);
      return (await (await running).tasks()) === 0 ? UNSERVED : undefined;
    },
  });
  const stop = async () => {
    const { close } = (await running) ?? {};
    running = undefined;
    await close?.();
  };
  return {
    bedrock,
    async keeper() {
      if (running === undefined) throw new Error('the API was not asked yet');
      return (await running).keeper;
    },
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
  const keeper = await connectFunctions(emulator, deployed, gateway);
  return {
    keeper,
    tasks: () => runningTasks(emulator, deployed.ids),
    async close() {
      await gateway.close();
      await task.close();
    },
  };
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

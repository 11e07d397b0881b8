import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Break } from './break.ts';
import { imageFor, type SickStage } from './sick-stage.ts';

const ecs = (stage: SickStage) => stage.emulator.client(ECSClient);
export const serviceOf = ({ stage: { outputs } }: SickStage) => ({
  cluster: outputs.ClusterName,
  service: outputs.ServiceName,
});

/** The service runs a copy of its task definition with another container. */
async function otherContainer(stage: SickStage, change: Partial<ContainerDefinition>): Promise<void> {
  const { cluster, service } = serviceOf(stage);
  const { services } = await ecs(stage).send(new DescribeServicesCommand({ cluster, services: [service!] }));
  const { taskDefinition } = await ecs(stage).send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services![0]!.taskDefinition }),
  );
  const [container] = taskDefinition!.containerDefinitions!;
  const { taskDefinition: made } = await ecs(stage).send(
    new RegisterTaskDefinitionCommand({
      family: taskDefinition!.family!,
      containerDefinitions: [{ ...container!, ...change }],
    }),
  );
  await ecs(stage).send(
    new UpdateServiceCommand({ ...serviceOf(stage), taskDefinition: made!.taskDefinitionArn }),
  );
}

/** As a deployment does it. */
async function ownDefinition(stage: SickStage): Promise<void> {
  const taskDefinition = stage.stage.outputs.TaskDefinitionArn;
  await ecs(stage).send(new UpdateServiceCommand({ ...serviceOf(stage), taskDefinition }));
}

export const CONTAINER_NAME: Break = {
  cause: 'container-name',
  check: 'definition',
  how: 'the task definition names its container otherwise',
  by: 'emulator',
  make: (stage) => otherContainer(stage, { name: 'server' }),
  repair: 'lifted',
  lift: ownDefinition,
};

export const IMAGE_MISSING: Break = {
  cause: 'image-missing',
  check: 'image',
  how: 'the image is deleted from its registry',
  by: 'emulator',
  async make(stage) {
    const imageDigest = stage.image.slice(stage.image.indexOf('@') + 1);
    const images = { repositoryName: 'team', imageIds: [{ imageDigest }] };
    await stage.emulator.client(ECRClient).send(new BatchDeleteImageCommand(images));
  },
  repair: 'lifted',
  lift: async (stage) => void (await imageFor(stage.emulator, 'amd64')),
};

export const IMAGE_URI: Break = {
  cause: 'image-uri',
  check: 'image',
  how: 'the task definition names an image without a registry',
  by: 'emulator',
  make: (stage) => otherContainer(stage, { image: 'mcp:latest' }),
  repair: 'lifted',
  lift: ownDefinition,
};

export const IMAGE_PLATFORM: Break = {
  cause: 'image-platform',
  check: 'platform',
  how: 'the image is for another processor than the tasks have',
  by: 'emulator',
  make: async (stage) => otherContainer(stage, { image: await imageFor(stage.emulator, 'arm64') }),
  repair: 'lifted',
  lift: ownDefinition,
};

export const CONTAINER_PORT: Break = {
  cause: 'container-port',
  check: 'definition',
  how: 'the container listens on another port',
  by: 'emulator',
  make: (stage) => otherContainer(stage, { portMappings: [{ containerPort: 3000 }] }),
  repair: 'lifted',
  lift: ownDefinition,
};

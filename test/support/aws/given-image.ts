import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import type { Emulator } from './emulator.ts';

/** Puts an image for a platform into a registry of the emulator, as far as a deployment looks at it. Returns its URI. */
export async function giveImage(emulator: Emulator, architecture = 'arm64'): Promise<string> {
  const ecr = emulator.client(ECRClient);
  const named = { repositoryName: 'team' };
  await ecr.send(new CreateRepositoryCommand(named)).catch((error: Error) => {
    if (error.name !== 'RepositoryAlreadyExistsException') throw error;
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const image = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'a'.repeat(64)}`,
    size: 10,
    platform: { os: 'linux', architecture },
  };
  await ecr.send(
    new PutImageCommand({
      ...named,
      imageTag: architecture,
      imageManifest: JSON.stringify({ schemaVersion: 2, mediaType, manifests: [image] }),
      imageManifestMediaType: mediaType,
    }),
  );
  return `${emulator.account}.dkr.ecr.${emulator.region}.amazonaws.com/team:${architecture}`;
}

import type { RegionalConnection } from '../aws/connection.ts';
import { registryLogin } from '../aws/ecr.ts';
import { EcrRegistry } from './ecr-registry.ts';
import { GivenImage } from './given-image.ts';
import { HttpRegistry } from './http-registry.ts';
import { OwnImage } from './own-image.ts';
import { ecrOf, type ImageReference, parseReference } from './reference.ts';
import type { Registry } from './registry.ts';

export interface ImageWish {
  platform: string;
  repository: { uri: string } | undefined;
  /** What `--image-uri` names; undefined: ours. */
  given: string | undefined;
  folder: string;
  version: string;
  env: NodeJS.ProcessEnv;
}

/** Where the image of a deployment comes from: built here, or given. */
export function imageSource(connection: RegionalConnection, wish: ImageWish): OwnImage | GivenImage {
  const { given, repository, ...rest } = wish;
  const registryAt = (at: ImageReference) => registryOf(connection, at);
  if (given !== undefined) return new GivenImage(given, wish.platform, registryAt);
  const at = repository && parseReference(repository.uri);
  return new OwnImage({
    ...rest,
    repository: repository && at && { uri: repository.uri, registry: registryAt(at) },
    login: async (signal) =>
      at !== undefined && ecrOf(at.registry) !== undefined ? registryLogin(connection, signal) : undefined,
  });
}

function registryOf(connection: RegionalConnection, at: ImageReference): Registry {
  const ecr = ecrOf(at.registry);
  if (ecr === undefined) return new HttpRegistry(at, connection.dispatcher);
  // A registry of another region has its own endpoint, and clients of its own.
  const place = ecr.region === connection.region ? connection : { ...connection, region: ecr.region };
  return new EcrRegistry(place, { account: ecr.account, name: at.repository });
}

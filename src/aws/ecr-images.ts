import {
  BatchDeleteImageCommand,
  ECRClient,
  type ImageIdentifier,
  ListImagesCommand,
} from '@aws-sdk/client-ecr';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECR', 'ecr');

/** Digests of a repository's images; none where the repository is gone. */
export async function listImages(
  connection: RegionalConnection,
  repository: string,
  signal: AbortSignal,
): Promise<string[]> {
  const digests = new Set<string>();
  let nextToken: string | undefined;
  do {
    const command = new ListImagesCommand({ repositoryName: repository, nextToken });
    const page = await findAws(
      call(connection, 'ListImages'),
      signal,
      (error) => factsOf(error).name === 'RepositoryNotFoundException',
      (abortSignal) => client(connection).send(command, { abortSignal }),
    );
    // One that has two tags is told twice.
    for (const { imageDigest } of page?.imageIds ?? []) if (imageDigest) digests.add(imageDigest);
    nextToken = page?.nextToken;
  } while (nextToken !== undefined);
  return [...digests];
}

/**
 * Deletes images with all their tags.
 * @returns how many ECR kept: an image of an index that is deleted in the same call goes only the next time
 */
export async function deleteImages(
  connection: RegionalConnection,
  repository: string,
  digests: string[],
  signal: AbortSignal,
): Promise<number> {
  let kept = 0;
  // A hundred at once are the most that ECR takes (API reference, BatchDeleteImage).
  for (let at = 0; at < digests.length; at += 100) {
    const imageIds: ImageIdentifier[] = digests.slice(at, at + 100).map((imageDigest) => ({ imageDigest }));
    const command = new BatchDeleteImageCommand({ repositoryName: repository, imageIds });
    const { failures = [] } = await callAws(call(connection, 'BatchDeleteImage'), signal, (abortSignal) =>
      client(connection).send(command, { abortSignal }),
    );
    kept += failures.filter(({ failureCode }) => failureCode !== 'ImageNotFound').length;
  }
  return kept;
}

function client(connection: RegionalConnection): ECRClient {
  return clientOf(connection, ECRClient, 'ECR');
}

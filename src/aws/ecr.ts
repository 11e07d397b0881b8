import {
  BatchGetImageCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
} from '@aws-sdk/client-ecr';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo, findAws } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('ECR', 'ecr');

export interface EcrRepository {
  /** Account that owns the registry. */
  account: string;
  name: string;
}

/** The manifest of a tag or digest, as it is stored; undefined where image or repository are missing. */
export async function imageManifest(
  connection: RegionalConnection,
  { account, name }: EcrRepository,
  reference: string,
  mediaTypes: string[],
  signal: AbortSignal,
): Promise<{ digest: string; text: string } | undefined> {
  const imageId = reference.startsWith('sha256:') ? { imageDigest: reference } : { imageTag: reference };
  const command = new BatchGetImageCommand({
    registryId: account,
    repositoryName: name,
    imageIds: [imageId],
    acceptedMediaTypes: mediaTypes,
  });
  const answer = await findAws(
    call(connection, 'BatchGetImage'),
    signal,
    (error) => factsOf(error).name === 'RepositoryNotFoundException',
    (abortSignal) => client(connection).send(command, { abortSignal }),
  );
  const image = answer?.images?.[0];
  if (image?.imageManifest === undefined) return undefined;
  return { digest: image.imageId!.imageDigest!, text: image.imageManifest };
}

/** Where a blob can be fetched from, for a short time and without credentials. */
export async function blobUrl(
  connection: RegionalConnection,
  { account, name }: EcrRepository,
  digest: string,
  signal: AbortSignal,
): Promise<string> {
  const command = new GetDownloadUrlForLayerCommand({
    registryId: account,
    repositoryName: name,
    layerDigest: digest,
  });
  const { downloadUrl } = await callAws(call(connection, 'GetDownloadUrlForLayer'), signal, (abortSignal) =>
    client(connection).send(command, { abortSignal }),
  );
  return downloadUrl!;
}

/** A login to the account's registry, good for twelve hours. Never printed, and in no process's arguments. */
export async function registryLogin(
  connection: RegionalConnection,
  signal: AbortSignal,
): Promise<{ username: string; password: string }> {
  const { authorizationData } = await callAws(
    call(connection, 'GetAuthorizationToken'),
    signal,
    (abortSignal) => client(connection).send(new GetAuthorizationTokenCommand({}), { abortSignal }),
  );
  const [username, password] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64')
    .toString()
    .split(':');
  return { username: username!, password: password! };
}

function client(connection: RegionalConnection): ECRClient {
  return clientOf(connection, ECRClient, 'ECR');
}

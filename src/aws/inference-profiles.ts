import { BedrockClient, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { bedrockError } from './bedrock-error.ts';
import { callSignal } from './call.ts';
import { type AwsConnection, clientConfig } from './connection.ts';

/**
 * The inference profile of the region through which a model is called. One that keeps requests within a part of the
 * world is taken before one that spreads them over all of it: these are someone's files.
 * @param model id without version, such as `amazon.nova-2-lite`
 * @returns the profile's id; undefined where the region has none
 */
export async function findInferenceProfile(
  model: string,
  connection: AwsConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const client = new BedrockClient(clientConfig(connection, 'BEDROCK'));
  try {
    let found: string | undefined;
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListInferenceProfilesCommand({ typeEquals: 'SYSTEM_DEFINED', maxResults: 1000, nextToken }),
        { abortSignal: callSignal(signal) },
      );
      for (const { inferenceProfileId: id, status, models = [] } of page.inferenceProfileSummaries ?? []) {
        const serves = models.some(({ modelArn }) => modelArn?.includes(`foundation-model/${model}`));
        if (!serves || id === undefined || status !== 'ACTIVE') continue;
        if (found === undefined || found.startsWith('global.')) found = id;
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  } catch (error) {
    signal.throwIfAborted();
    throw bedrockError(error, connection);
  } finally {
    client.destroy();
  }
}

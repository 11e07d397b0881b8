import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { failed } from '../errors.ts';
import { factsOf } from './aws-error.ts';
import { callAws, callsTo } from './call.ts';
import { clientOf, type RegionalConnection } from './connection.ts';

const call = callsTo('Secrets Manager', 'secretsmanager');

/** The value of a secret. Whoever calls this neither prints nor logs it unasked. */
export async function secretValue(
  connection: RegionalConnection,
  arn: string,
  signal: AbortSignal,
): Promise<string> {
  const client = clientOf(connection, SecretsManagerClient, 'SECRETS_MANAGER');
  return callAws(call(connection, 'GetSecretValue'), signal, async (abortSignal) => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), {
        abortSignal,
      });
      return SecretString!;
    } catch (error) {
      const { name, message } = factsOf(error);
      // One that was deleted a short while ago waits for its end, and gives its value to nobody.
      const waits = name === 'InvalidRequestException' && /marked (for|as) delet/i.test(message);
      if (name !== 'ResourceNotFoundException' && !waits) throw error;
      throw failed('no_secret', `the secret of the API key is gone: ${arn}`, [
        'a new key, with a new secret: mcp-s3 key rotate',
      ]);
    }
  });
}

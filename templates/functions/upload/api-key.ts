import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { setting } from '../settings/setting.ts';

const secrets = new SecretsManagerClient({});

let known: Promise<string> | undefined;

/**
 * The function's own API key. It is read once for each copy of the function.
 * @param afresh reads it again: the one in hand was refused
 */
export function apiKey(afresh = false): Promise<string> {
  if (known === undefined || afresh) {
    known = readKey();
    // Whoever waits for it gets the failure; the next one may have more luck.
    known.catch(() => {
      known = undefined;
    });
  }
  return known;
}

async function readKey(): Promise<string> {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: setting('API_KEY_SECRET_ARN') }),
  );
  if (!SecretString) throw new Error('the secret of the API key is empty');
  return SecretString;
}

import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { quietLogger } from '../../server/outbound/quiet-logger.ts';
import { undiciHandler } from '../../server/outbound/undici-handler.ts';
import type { AwsConnection, CredentialProvider } from './connection.ts';

/**
 * Credentials as the AWS SDK finds them (environment, profile, SSO, assumed roles, container, instance), found
 * once and again when they expire.
 * @param mfaCode asks the person for the code of the device with this serial number
 */
export function findCredentials(
  { profile, region, dispatcher }: AwsConnection,
  mfaCode: (serial: string) => Promise<string>,
): CredentialProvider {
  return defaultProvider({
    ...(profile === undefined ? {} : { profile, logger: quietLogger }),
    mfaCodeProvider: mfaCode,
    clientConfig: { requestHandler: undiciHandler(dispatcher), ...(region === undefined ? {} : { region }) },
  }) as CredentialProvider;
}

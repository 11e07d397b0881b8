import { createDispatcher, dispatcherFor } from '../../../server/outbound/dispatcher.ts';
import type { AwsConnection, RegionalConnection } from '../../aws/connection.ts';
import { findCredentials } from '../../aws/credentials.ts';
import { findRegion } from '../../aws/identity.ts';
import type { CliContext } from '../../context.ts';
import { credentialsError } from '../../errors.ts';
import { askLine, canAsk } from '../../prompt.ts';
import type { Settings } from '../../settings/settings.ts';

/** The way to AWS that settings and environment choose. Close its dispatcher when the command ends. */
export async function connectAws(
  { profile, region }: Pick<Settings, 'profile' | 'region'>,
  { env, io, signal }: CliContext,
): Promise<RegionalConnection> {
  if (env.AWS_PROFILE && profile === env.AWS_PROFILE && env.AWS_ACCESS_KEY_ID)
    io.warn(`AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: the profile ${io.show(profile)} is used.`);
  const dispatcher = env.AWS_ENDPOINT_URL
    ? dispatcherFor(env.AWS_ENDPOINT_URL, env)
    : createDispatcher(env, false);
  const connection: AwsConnection = { profile, region, env, dispatcher };
  const found = await findRegion(connection);
  const mfaCode = async (serial: string): Promise<string> => {
    if (!canAsk(io)) {
      throw credentialsError(`the profile asks for the MFA code of ${serial}`, [
        'run it in a terminal, or hand in the credentials of a session: aws sts get-session-token',
      ]);
    }
    const code = await askLine(io, `MFA code of ${serial}: `, signal);
    return code?.trim() ?? '';
  };
  const regional: RegionalConnection = { ...connection, region: found };
  regional.credentials = findCredentials(regional, mfaCode);
  return regional;
}

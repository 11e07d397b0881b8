import { whoAmI } from '../aws/identity.ts';
import { CliError, EXIT } from '../errors.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Missing, expired and refused credentials, a clock that is wrong, and no way to AWS at all. */
export const credentials: Diagnosis<Patient> = {
  id: 'credentials',
  title: 'credentials of this machine',
  needs: [],
  async look({ connection }, signal) {
    try {
      const { account, arn } = await whoAmI(connection, signal);
      return { state: 'good', seen: `${arn} in account ${account}` };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const refused = error.exitCode === EXIT.credentials ? 'credentials' : undefined;
      const cause = CAUSES[error.code] ?? refused;
      if (cause === undefined) throw error;
      return {
        state: 'broken',
        cause,
        says: error.message,
        evidence: [`sts GetCallerIdentity in ${connection.region}: ${SHORT[cause] ?? 'refused'}`],
        remedy: error.suggestions,
      };
    }
  },
};

/** By the code of the failure; those without one of their own are refused for another reason. */
const CAUSES: Record<string, Cause> = {
  no_credentials: 'no-credentials',
  sso_login: 'sso-login',
  aws_login: 'aws-login',
  expired_credentials: 'expired-credentials',
  clock_skew: 'clock-skew',
  unreachable: 'aws-unreachable',
};

/** What came of the call. */
const SHORT: Partial<Record<Cause, string>> = {
  'no-credentials': 'not sent, for there are none',
  'sso-login': 'not sent, for there is no session',
  'aws-login': 'not sent, for there is no session',
  'aws-unreachable': 'no answer',
};

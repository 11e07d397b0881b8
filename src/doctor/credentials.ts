import { whoAmI } from '../aws/identity.ts';
import { CliError, EXIT } from '../errors.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Missing, expired and refused credentials, and a clock that is wrong. */
export const credentials: Diagnosis<Patient> = {
  id: 'credentials',
  title: 'credentials of this machine',
  needs: [],
  async look({ connection }, signal) {
    try {
      const { account, arn } = await whoAmI(connection, signal);
      return { state: 'good', seen: `${arn} in account ${account}` };
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.credentials) throw error;
      return {
        state: 'broken',
        cause: CAUSES[error.code] ?? 'credentials',
        says: error.message,
        evidence: [`sts:GetCallerIdentity: ${error.message}`],
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
};

import { CliError } from '../errors.ts';
import { standingOf } from '../stack/standing.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The stack itself: whether it is there, ours and whole. */
export const stack: Diagnosis<Patient> = {
  id: 'stack',
  title: 'stack of the stage',
  needs: ['credentials'],
  async look(patient) {
    try {
      const { name, status, statusReason } = await patient.stack();
      if (standingOf({ status }) === 'busy') {
        return {
          state: 'notice',
          cause: 'stack-changing',
          says: `the stack ${name} is being changed at this moment (${status}): what is found here may pass`,
          evidence: [`${name}: ${status}`],
          remedy: [`watch it: mcp-s3 deploy ${patient.place}`],
        };
      }
      if (/FAILED/.test(status)) {
        return {
          state: 'broken',
          cause: 'stack-stuck',
          says: `the last change of the stack ${name} is stuck (${status})`,
          evidence: [`${name}: ${status}${statusReason === undefined ? '' : `: ${statusReason}`}`],
          remedy: [`mcp-s3 deploy ${patient.place}`],
        };
      }
      if (status === 'UPDATE_ROLLBACK_COMPLETE') {
        return {
          state: 'notice',
          cause: 'rolled-back',
          says: `the last deployment failed, and ${name} was put back to what it was before`,
          evidence: [`${name}: ${status}`],
          remedy: [`why, and try again: mcp-s3 deploy ${patient.place}`],
        };
      }
      return { state: 'good', seen: `${name}: ${status}` };
    } catch (error) {
      const cause = error instanceof CliError ? STATES[error.code] : undefined;
      if (!(error instanceof CliError) || cause === undefined) throw error;
      return {
        state: 'broken',
        cause,
        says: error.message,
        evidence: [
          `cloudformation DescribeStacks in ${patient.connection.region}: ${EVIDENCE[error.code] ?? cause}`,
        ],
        remedy: error.suggestions,
      };
    }
  },
};

const EVIDENCE: Record<string, string> = {
  not_deployed: 'no such stack',
  not_ours: 'without our tag',
};

/** Failures of reading the stack that are findings, and no reason for which nothing could be seen. */
const STATES: Record<string, Cause> = {
  not_deployed: 'not-deployed',
  not_ours: 'not-ours',
  half_deployed: 'half-deployed',
  half_destroyed: 'half-destroyed',
  still_deploying: 'still-deploying',
  being_destroyed: 'being-destroyed',
};

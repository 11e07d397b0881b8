import { stageNames } from '../../server/names.ts';
import { eventsSince } from '../aws/cloudformation-events.ts';
import { CliError } from '../errors.ts';
import { findCause } from '../stack/find-cause.ts';
import { standingOf } from '../stack/standing.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis, Trouble } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** The stack itself: whether it is there, ours and whole. */
export const stack: Diagnosis<Patient> = {
  id: 'stack',
  title: 'stack of the stage',
  needs: ['credentials'],
  async look(patient, signal) {
    try {
      const { name, status, statusReason } = await patient.stack();
      if (standingOf({ status }) === 'busy') {
        return {
          state: 'notice',
          cause: 'stack-changing',
          says: `the stack ${name} is being changed at this moment (${status}): what is found here may pass`,
          evidence: [`${name}: ${status}`],
          remedy: [`watch it: mcp-s3 status --watch ${patient.place}`],
        };
      }
      if (/FAILED/.test(status)) {
        const failure = await firstFailure(patient, signal);
        return {
          state: 'broken',
          cause: 'stack-stuck',
          says: `the last change of the stack ${name} is stuck (${status})`,
          evidence: [
            `${name}: ${status}${statusReason === undefined ? '' : `: ${statusReason}`}`,
            ...failure.evidence,
          ],
          remedy: [...failure.remedy, `take it up again: mcp-s3 deploy ${patient.place}`],
        };
      }
      if (status === 'UPDATE_ROLLBACK_COMPLETE') {
        const failure = await firstFailure(patient, signal);
        return {
          state: 'notice',
          cause: 'rolled-back',
          says: `the last deployment failed, and ${name} was put back to what it was before`,
          evidence: [`${name}: ${status}`, ...failure.evidence],
          remedy: [...failure.remedy, `then try again: mcp-s3 deploy ${patient.place}`],
        };
      }
      return { state: 'good', seen: `${name}: ${status}` };
    } catch (error) {
      const cause = error instanceof CliError ? STATES[error.code] : undefined;
      if (!(error instanceof CliError) || cause === undefined) throw error;
      const failure = HALF.has(cause) ? await firstFailure(patient, signal) : NO_FAILURE;
      return {
        state: 'broken',
        cause,
        says: error.message,
        evidence: [
          `cloudformation DescribeStacks in ${patient.connection.region}: ${EVIDENCE[error.code] ?? cause}`,
          ...failure.evidence,
        ],
        remedy: [...failure.remedy, ...error.suggestions],
      };
    }
  },
};

const NO_FAILURE: Pick<Trouble, 'evidence' | 'remedy'> = { evidence: [], remedy: [] };
const HALF = new Set<Cause>(['half-deployed', 'half-destroyed']);

/** What failed first when the stack was last changed, in CloudFormation's words, and what to do about it. */
async function firstFailure({ connection, stage }: Patient, signal: AbortSignal): Promise<typeof NO_FAILURE> {
  const { stack: name } = stageNames(stage);
  try {
    const events = await eventsSince(connection, name, undefined, signal);
    const cause = await findCause(connection, name, events, signal);
    if (cause === undefined) return NO_FAILURE;
    return { evidence: [`${cause.logicalId} (${cause.type}): ${cause.reason}`], remedy: cause.remedies };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    return { evidence: [`why it failed could not be looked at: ${error.message}`], remedy: [] };
  }
}

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

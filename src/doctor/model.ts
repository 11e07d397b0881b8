import { mayNot } from '../aws/aws-error.ts';
import { tryModel } from '../aws/bedrock-access.ts';
import { CliError } from '../errors.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

const EMBEDDED = /^extractive-/;

/** Failures of a trial call that are about the model, and not about who asks. */
const ABOUT_MODEL: Record<string, Cause> = {
  model_access_denied: 'model-access-denied',
  unknown_model: 'unknown-model',
  model_refused: 'model-refused',
  inference_profile: 'inference-profile',
  model_throttled: 'model-throttled',
  model_failed: 'model-failed',
};

/** Whether the account may use the model that writes summaries. */
export const model: Diagnosis<Patient> = {
  id: 'model',
  title: 'model on Bedrock',
  needs: ['stack'],
  async look(patient, signal) {
    const id = await patient.output('ModelId');
    if (EMBEDDED.test(id)) return { state: 'absent', seen: `${id} is no model of Bedrock` };
    try {
      const access = await tryModel(patient.connection, id, signal);
      if (access === 'open') return { state: 'good', seen: `${id} answers` };
      // That says nothing about the service's own role.
      throw mayNot('bedrock:InvokeModel');
    } catch (error) {
      const cause = error instanceof CliError ? ABOUT_MODEL[error.code] : undefined;
      if (!(error instanceof CliError) || cause === undefined) throw error;
      return {
        state: 'broken',
        cause,
        says: error.message,
        evidence: [`bedrock Converse ${id}: refused`],
        remedy: [...error.suggestions, `another model: mcp-s3 deploy --model ID ${patient.place}`],
      };
    }
  },
};

import { CliError } from '../../errors.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** The file of the API keys. */
export const keysFile: Diagnosis<LocalPatient> = {
  id: 'keys',
  title: 'API keys of this machine',
  needs: ['state-folder'],
  async look(patient) {
    try {
      const keys = await patient.keys();
      if (keys === undefined) return { state: 'good', seen: 'the first is made when it is needed' };
      return { state: 'good', seen: keys.length === 1 ? 'one' : `${keys.length}` };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return {
        state: 'broken',
        cause: 'keys-file',
        says: error.message,
        evidence: [(await patient.bucket()).state],
        remedy: error.suggestions,
      };
    }
  },
};

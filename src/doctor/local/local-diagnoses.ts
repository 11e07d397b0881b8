import type { CliContext } from '../../context.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { nodeVersion } from './node-version.ts';

export interface LocalPatient {
  settings: Settings;
  context: CliContext;
}

/** What serving a folder on this machine depends on. */
export const LOCAL_DIAGNOSES: Diagnosis<LocalPatient>[] = [nodeVersion];

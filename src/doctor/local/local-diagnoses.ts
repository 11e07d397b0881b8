import type { Diagnosis } from '../diagnosis.ts';
import { bucketFolder } from './bucket-folder.ts';
import { clients } from './clients.ts';
import { keysFile } from './keys-file.ts';
import type { LocalPatient } from './local-patient.ts';
import { log } from './log.ts';
import { nodeVersion } from './node-version.ts';
import { port } from './port.ts';
import { runningDev } from './running-dev.ts';
import { stateFolderDiagnosis } from './state-folder.ts';

/** What serving a folder on this machine depends on. */
export const LOCAL_DIAGNOSES: Diagnosis<LocalPatient>[] = [
  nodeVersion,
  stateFolderDiagnosis,
  bucketFolder,
  keysFile,
  log,
  runningDev,
  port,
  clients,
];

import type { CliContext } from '../context.ts';
import type { Settings } from '../settings/settings.ts';
import { connectAws } from '../targets/aws/connect.ts';
import { AWS_DIAGNOSES } from './aws-diagnoses.ts';
import { type Examination, type ExamineOptions, examineWith } from './examine.ts';
import { Patient } from './patient.ts';

/** Looks at a stage on AWS. Reads only, unless told to fix. */
export async function examineAws(
  settings: Settings,
  context: CliContext,
  options: ExamineOptions,
): Promise<Examination> {
  const connection = await connectAws(settings, context);
  try {
    const patient = () => new Patient(connection, settings.stage, context);
    return await examineWith(AWS_DIAGNOSES, patient, context.signal, options);
  } finally {
    await connection.dispatcher.destroy();
  }
}

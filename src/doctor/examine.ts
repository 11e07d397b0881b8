import type { CliContext } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Diagnosis, Fix, Result } from './diagnosis.ts';
import { diagnose, type WalkEvents } from './walk.ts';

export interface Examination {
  results: Result[];
  /** What `--fix` did, or tried. */
  fixed: { does: string; failed?: string }[];
}

export interface ExamineOptions {
  /** Does what is safe to do, and looks again. */
  fix: boolean;
  events?: WalkEvents;
}

/** Looks at a deployment, or at this machine, for what is broken. */
export async function examine(
  settings: Settings,
  context: CliContext,
  options: ExamineOptions,
): Promise<Examination> {
  switch (settings.kind) {
    case 'aws': {
      const { examineAws } = await import('./examine-aws.ts');
      return examineAws(settings, context, options);
    }
    case 'local': {
      const { LOCAL_DIAGNOSES } = await import('./local/local-diagnoses.ts');
      const { LocalPatient } = await import('./local/local-patient.ts');
      return examineWith(LOCAL_DIAGNOSES, () => new LocalPatient(settings, context), context.signal, options);
    }
    case 'endpoint':
      throw usageError('of a service elsewhere only its answers can be seen', [
        'check those: mcp-s3 verify',
        'with credentials of its AWS account: leave out --endpoint',
      ]);
  }
}

/** @param patient made anew for each look: what was asked before a fix is old then */
export async function examineWith<Patient>(
  diagnoses: Diagnosis<Patient>[],
  patient: () => Patient,
  signal: AbortSignal,
  { fix, events }: ExamineOptions,
): Promise<Examination> {
  const results = await diagnose(diagnoses, patient(), signal, events);
  const fixes = fix ? results.flatMap((result) => ('fix' in result && result.fix ? [result.fix] : [])) : [];
  if (fixes.length === 0) return { results, fixed: [] };
  const fixed = [];
  for (const each of fixes) fixed.push(await apply(each, signal));
  return { results: await diagnose(diagnoses, patient(), signal, events), fixed };
}

async function apply(fix: Fix, signal: AbortSignal): Promise<{ does: string; failed?: string }> {
  try {
    await fix.apply(signal);
    return { does: fix.does };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    return { does: fix.does, failed: error.message };
  }
}

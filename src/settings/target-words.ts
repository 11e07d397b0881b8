import type { Settings } from './settings.ts';
import { DEFAULT_STAGE } from './stage-name.ts';

/** The flags that lead a suggested command to the same target: `key show ann${targetWords(settings)}`. */
export function targetWords({ kind, stage }: Settings): string {
  return `${kind === 'local' ? ' --local' : ''}${stage === DEFAULT_STAGE ? '' : ` --stage ${stage}`}`;
}

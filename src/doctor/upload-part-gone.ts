import type { Finding } from './diagnosis.ts';
import { newUploadWay } from './remedies.ts';

/** Of a part on the way of new files that is there no more. @param effect what becomes of uploads */
export function uploadPartGone(
  what: 'rule' | 'queue' | 'function',
  name: string,
  place: string,
  effect = 'uploads trigger nothing',
): Finding {
  return {
    state: 'broken',
    cause: `upload-${what}-deleted`,
    says: `the ${what} ${name} is gone: ${effect}`,
    evidence: [`${what} ${name}: not found`],
    remedy: newUploadWay(place),
  };
}

import { RESERVED_PREFIX } from '../../../server/names.ts';

/** The file that a message speaks of, or why there is nothing to summarize. */
export type Uploaded = { key: string } | { skipped: string };

/**
 * Reads an "Object Created" event (S3 User Guide, "EventBridge event message structure"). Its key is taken as it
 * stands: S3's own notifications encode keys as URLs do, those through EventBridge do not.
 */
export function uploadedKey(body: string): Uploaded {
  const object = objectOf(body);
  if (typeof object?.key !== 'string' || object.key === '') return { skipped: 'no event of a new object' };
  const { key, size } = object;
  // The rule leaves these out already. A second look costs nothing, a loop over our own summaries would.
  if (key.startsWith(RESERVED_PREFIX)) return { skipped: 'a summary of our own' };
  if (key.endsWith('/') && size === 0) return { skipped: 'a folder' };
  return { key };
}

function objectOf(body: string): { key?: unknown; size?: unknown } | undefined {
  try {
    return JSON.parse(body)?.detail?.object ?? undefined;
  } catch {
    return undefined;
  }
}

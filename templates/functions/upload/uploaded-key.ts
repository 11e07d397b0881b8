import { RESERVED_PREFIX } from '../../../server/names.ts';
import { listSetting } from '../settings/setting.ts';

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
  // The service would say that there is no such file, and a request of the day's limit be gone.
  if (!isServed(key, listSetting('PREFIXES'))) return { skipped: 'outside of what the service serves' };
  return { key };
}

/** Prefixes match at `/`: `docs` admits `docs` and `docs/a`, never `docs-evil/a` (server/files/scope.ts). */
function isServed(key: string, prefixes: string[]): boolean {
  if (prefixes.length === 0) return true;
  return prefixes.some(
    (prefix) => key === prefix || key.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
  );
}

function objectOf(body: string): { key?: unknown; size?: unknown } | undefined {
  try {
    return JSON.parse(body)?.detail?.object ?? undefined;
  } catch {
    return undefined;
  }
}

import { editDistance } from './edit-distance.ts';
import { noSuchFile, ServiceError } from './errors.ts';
import type { FileStore } from './files/store.ts';

/** Keys looked at for a suggestion: one page, so that a typo costs one listing at most. */
const CANDIDATES = 500;
const SUGGESTIONS = 3;

/**
 * Adds to a `not_found` what the caller probably meant: keys of the same folder that read alike, or that the key
 * is a folder. Any other error, and one that cannot be helped, is returned as it is.
 */
export async function withNearKeys(store: FileStore, key: string, error: unknown): Promise<unknown> {
  if (!(error instanceof ServiceError) || error.code !== 'not_found') return error;
  // The store may have explained it already.
  if (error.message !== noSuchFile(key).message) return error;
  try {
    const folder = await store.list({ prefix: `${key.replace(/\/+$/, '')}/`, limit: 1 });
    if (folder.files.length > 0) {
      return new ServiceError('not_found', `${error.message}: that is a folder; name a file in it`);
    }
    const near = await nearKeys(store, key);
    if (near.length === 0) return error;
    const names = near.map((name) => JSON.stringify(name)).join(' or ');
    return new ServiceError('not_found', `${error.message}; did you mean ${names}?`);
  } catch {
    // The hint is a courtesy: the first error is the one that counts.
    return error;
  }
}

async function nearKeys(store: FileStore, key: string): Promise<string[]> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const page = await store.list({ prefix: folder, delimiter: '/', limit: CANDIDATES });
  const wanted = key.slice(folder.length).toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return page.files
    .map((file) => ({ key: file.key, distance: editDistance(wanted, name(file.key, folder), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map((candidate) => candidate.key);
}

function name(key: string, folder: string): string {
  return key.slice(folder.length).toLowerCase();
}

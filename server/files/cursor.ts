import { ServiceError } from '../errors.ts';

/** Opaque cursor of a listing: a word that survives URLs, around a few strings that say where to go on. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Throws `bad_request` for anything but `length` strings as `encodeCursor` wrote them. */
export function decodeCursor(cursor: string, length: number): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === 'string')) {
      return parts;
    }
  } catch {
    // Falls through to the one message for every broken cursor.
  }
  throw badCursor();
}

export function badCursor(cause?: unknown): ServiceError {
  return new ServiceError(
    'bad_request',
    'the cursor is not one of this listing: pass next_cursor of the page before unchanged, or start without one',
    { cause },
  );
}

import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { TextEncoding } from '../text/encoding.ts';
import type { ScanPosition } from './query.ts';

/** Where a search goes on: at a file, and where in it. */
export interface SearchPosition {
  /** Cursor of the page of the listing that holds the file; empty for the first. */
  listCursor: string;
  key: string;
  /** Of the version that `scan` belongs to: another one is searched from its start. */
  etag: string;
  scan: ScanPosition | undefined;
}

/** Holds a cursor of a listing with two keys of the greatest length, twice encoded. */
const LONGEST = 16_384;

const ENCODINGS: readonly TextEncoding[] = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'];

/** A short name for everything that must stay the same from page to page. */
export function searchId(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}

export function encodeSearchCursor(id: string, { listCursor, key, etag, scan }: SearchPosition): string {
  return encodeCursor([id, listCursor, key, etag, scan ? encodeScan(scan) : '']);
}

/** Throws `bad_request` for anything but a cursor of the same search. */
export function decodeSearchCursor(id: string, cursor: string): SearchPosition {
  if (cursor.length > LONGEST) throw badCursor();
  let parts: string[];
  try {
    parts = decodeCursor(cursor, 5);
  } catch (error) {
    throw badCursor(error);
  }
  const [ofSearch, listCursor, key, etag, scan] = parts as [string, string, string, string, string];
  if (ofSearch !== id || key === '') throw badCursor();
  return { listCursor, key, etag, scan: scan === '' ? undefined : decodeScan(scan) };
}

function encodeScan({ offset, line, searchFrom, longLine, encoding, undecided }: ScanPosition): string {
  const numbers = [offset, line, searchFrom, longLine ?? -1, ENCODINGS.indexOf(encoding), Number(undecided)];
  return numbers.join(' ');
}

function decodeScan(text: string): ScanPosition {
  if (!/^\d{1,16} \d{1,16} \d{1,16} (-1|\d{1,16}) [0-3] [01]$/.test(text)) throw badCursor();
  const [offset, line, searchFrom, longLine, encoding, undecided] = text.split(' ').map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const unit = encoding > 1 ? 2 : 1;
  const isAligned = [offset, searchFrom, Math.max(longLine, 0)].every((each) => each % unit === 0);
  const isOrdered = longLine <= offset && offset <= searchFrom && Number.isSafeInteger(searchFrom);
  if (!isAligned || !isOrdered || line < 1 || !Number.isSafeInteger(line)) throw badCursor();
  return {
    offset,
    line,
    searchFrom,
    ...(longLine >= 0 && { longLine }),
    encoding: ENCODINGS[encoding]!,
    undecided: undecided === 1,
  };
}

function badCursor(cause?: unknown): ServiceError {
  return new ServiceError(
    'bad_request',
    'the cursor is not one of this search: pass next_cursor of the page before with all other arguments unchanged, or start without one',
    { cause },
  );
}

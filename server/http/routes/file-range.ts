import type { FileHead } from '../../files/store.ts';

/** A byte range, both ends inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Evaluates `Range` (RFC 9110, 14.2). One range is honoured, also a suffix. A header that is malformed, of another
 * unit, or asks for several ranges is ignored, as the RFC allows: the caller then gets the whole file.
 *
 * @returns the range to send; undefined for the whole file; 'unsatisfiable' for 416.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | undefined | 'unsatisfiable' {
  const match = header === undefined ? null : /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** The conditional headers of a request, as Node has them. */
export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifRange?: string | undefined;
}

/**
 * Evaluates the preconditions in the order of RFC 9110, 13.2.2 (dates are not evaluated; the etag is always known).
 */
export function checkConditions(
  { ifMatch, ifNoneMatch }: Conditions,
  head: FileHead,
): 'proceed' | 'not_modified' | 'failed' {
  if (ifMatch !== undefined && !listsStrongly(ifMatch, head.etag)) return 'failed';
  if (ifNoneMatch !== undefined && listsWeakly(ifNoneMatch, head.etag)) return 'not_modified';
  return 'proceed';
}

/** Whether `If-Range` lets the range through: a strong etag that is the file's (RFC 9110, 13.1.5). */
export function rangeApplies(ifRange: string | undefined, head: FileHead): boolean {
  return ifRange === undefined || (ifRange === head.etag && !ifRange.startsWith('W/'));
}

function tags(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

function listsStrongly(list: string, etag: string): boolean {
  return list.trim() === '*' || (!etag.startsWith('W/') && tags(list).includes(etag));
}

function listsWeakly(list: string, etag: string): boolean {
  const opaque = (tag: string): string => tag.replace(/^W\//, '');
  return list.trim() === '*' || tags(list).map(opaque).includes(opaque(etag));
}

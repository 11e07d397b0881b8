import { RESERVED_PREFIX } from '../../../server/names.ts';
import { usageError } from '../../errors.ts';
import { readList } from './words.ts';

/** CloudFormation's limit for the value of a parameter, in bytes. */
const LONGEST = 4096;

/**
 * Prefixes that the server is limited to, joined by commas as it reads them.
 * @throws usage error (exit 2)
 */
export function readPrefixes(value: unknown, name: string): string {
  const prefixes = readList(value);
  const wrong = (prefix: string, why: string) => usageError(`${name}: ${JSON.stringify(prefix)} ${why}`);
  if (prefixes.length === 0) {
    throw usageError(`${name} names no prefix`, ['to serve the whole bucket again: --reset prefixes']);
  }
  for (const prefix of prefixes) {
    if (prefix.includes(',')) throw wrong(prefix, 'holds a comma, which separates prefixes');
    if (prefix.startsWith('/')) throw wrong(prefix, 'begins with a slash, as no key does: leave it out');
    if (/[\p{Cc}]/u.test(prefix)) throw wrong(prefix, 'holds a control character');
    if (Buffer.byteLength(prefix) > 1024) throw wrong(`${prefix.slice(0, 40)}…`, 'is longer than any key');
    if (`${prefix}/`.startsWith(RESERVED_PREFIX)) throw wrong(prefix, "is the server's own and never shown");
  }
  const joined = prefixes.join(',');
  if (Buffer.byteLength(joined) > LONGEST) {
    throw usageError(`${name} is longer than ${LONGEST} bytes`, ['name fewer or shorter prefixes']);
  }
  return joined;
}

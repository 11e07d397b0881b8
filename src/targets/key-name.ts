import { usageError } from '../errors.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

/** Throws a usage error for what cannot name an API key. */
export function checkKeyName(name: string): void {
  if (NAME.test(name)) return;
  throw usageError(`${JSON.stringify(name)} is no name for a key`, [
    'use 1 to 40 lower-case letters, digits, ".", "_" and "-"',
  ]);
}

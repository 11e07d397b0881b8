import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** SPDX identifiers of licences that ask for no more than their text and the author's name. */
const FREE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
  'Zlib',
]);

/** Licences that the package's own file gives where package.json names none of the list. */
const READ_BY_US = {
  '@modelcontextprotocol/server-filesystem': 'its README: MIT; the bench alone uses it',
};

/** The packages of the lock file, also those for development, whose licence is none of the above. */
export async function foreignLicences(root) {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
  const foreign = packages
    .map(([place, { license }]) => ({
      name: place.replace(/^.*node_modules\//, ''),
      license: license ?? 'none named',
    }))
    .filter(({ name, license }) => !isFree(license) && !(name in READ_BY_US));
  return { count: packages.length, foreign };
}

/** An SPDX expression: one of its alternatives must be free as a whole. */
export function isFree(expression) {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => FREE.has(licence.trim())));
}

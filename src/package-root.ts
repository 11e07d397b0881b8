import { existsSync } from 'node:fs';

/** Folder of the package, wherever the bundle puts this code. */
export function packageRoot(): URL {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) folder = new URL('../', folder);
  return folder;
}

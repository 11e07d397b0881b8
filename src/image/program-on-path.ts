import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute path of a program that the environment's PATH finds; undefined where there is none. */
export function programOnPath(name: string, { PATH = '', PATHEXT }: NodeJS.ProcessEnv): string | undefined {
  // Scripts (.cmd) cannot be started without a shell there.
  const endings = process.platform === 'win32' ? (PATHEXT ?? '.EXE').split(';').filter(isBinary) : [''];
  for (const folder of PATH.split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isBinary(ending: string): boolean {
  return /^\.(exe|com)$/i.test(ending);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

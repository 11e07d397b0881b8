import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** Folder of the repository that `cwd` is in; `cwd` itself where there is none. */
export function repositoryRoot(cwd: string): string {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder;
    if (folder === path.dirname(folder)) return cwd;
  }
}

/** OWNER/NAME at GitHub, as the remote `origin` names it; undefined where it leads elsewhere or there is no git. */
export async function githubRepository(root: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', root, 'remote', 'get-url', 'origin']);
    return githubName(stdout.trim());
  } catch {
    return undefined;
  }
}

/** OWNER/NAME from any of the forms in which git names a remote. */
export function githubName(remote: string): string | undefined {
  return /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?github\.com(?::\d+)?[:/]([A-Za-z0-9-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(
    remote,
  )?.[1];
}

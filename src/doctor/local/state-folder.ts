import { access, chmod, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemReason } from '../../errors.ts';
import { STATE_DIR_REMEDY, stateRoot } from '../../targets/local/state-folder.ts';
import type { Diagnosis, Finding } from '../diagnosis.ts';
import type { LocalPatient } from './local-patient.ts';

/** The folder that holds keys, logs and cached summaries: there or to be made, writable, and its owner's alone. */
export const stateFolderDiagnosis: Diagnosis<LocalPatient> = {
  id: 'state-folder',
  title: 'folder of keys and logs',
  needs: ['node'],
  async look({ context }) {
    const root = stateRoot(context.env);
    const found = await stat(root).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      if (found.code !== 'ENOENT') return cannot(root, systemReason(found) ?? found.message);
      const above = await nearestFolder(dirname(root));
      const why = await reasonAgainst(above);
      return why === undefined
        ? { state: 'good', seen: `${root}: made when it is first needed` }
        : cannot(root, `it cannot be made in ${above}: ${why}`);
    }
    if (!found.isDirectory()) return cannot(root, 'it is no folder');
    const why = await reasonAgainst(root);
    if (why !== undefined) return cannot(root, why);
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      const mode = (found.mode & 0o777).toString(8);
      return {
        state: 'broken',
        cause: 'state-folder-open',
        says: `others on this machine may enter ${root}, which holds API keys`,
        evidence: [`${root}: mode ${mode}`],
        remedy: [`chmod 700 ${root}`],
        fix: { does: `keep others out of ${root}`, apply: () => chmod(root, 0o700) },
      };
    }
    return { state: 'good', seen: root };
  },
};

function cannot(root: string, why: string): Finding {
  return {
    state: 'broken',
    cause: 'state-folder',
    says: `the folder of keys and logs cannot be used: ${why}`,
    evidence: [root],
    remedy: [STATE_DIR_REMEDY],
  };
}

async function reasonAgainst(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return systemReason(error) ?? String(error);
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (folder === dirname(folder)) return folder;
    if (await stat(folder).catch(() => undefined)) return folder;
  }
}

import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withPrivateFolder } from './private-folder.ts';

export interface RegistryLogin {
  username: string;
  password: string;
}

/**
 * Writes a login where container tools look for it, for the length of the work: in a private folder, so that it stands
 * in no process's arguments or environment, and stays in nobody's configuration or keychain.
 * @param work gets the variables that point a tool there
 */
export async function withLogin<T>(
  registry: string,
  { username, password }: RegistryLogin,
  env: NodeJS.ProcessEnv,
  work: (variables: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  return await withPrivateFolder(tmpdir(), async (folder) => {
    const currentContext = await adopt(env.DOCKER_CONFIG || join(homedir(), '.docker'), folder);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const file = join(folder, 'config.json');
    const config = { auths: { [registry]: { auth } }, currentContext };
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return await work({ DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: file });
  });
}

/**
 * Docker keeps with its logins which daemon it speaks to, and by which certificate: those stay in force.
 * @returns name of the context that was chosen with `docker context use`
 */
async function adopt(from: string, folder: string): Promise<string | undefined> {
  for (const entry of await readdir(from, { withFileTypes: true }).catch(() => [])) {
    const [source, target] = [join(from, entry.name), join(folder, entry.name)];
    if (entry.isDirectory()) await symlink(source, target, 'junction').catch(() => undefined);
    else if (entry.name.endsWith('.pem')) await copyFile(source, target).catch(() => undefined);
  }
  try {
    return JSON.parse(await readFile(join(from, 'config.json'), 'utf8')).currentContext;
  } catch {
    return undefined;
  }
}

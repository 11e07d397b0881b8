import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RegistryLogin {
  username: string;
  password: string;
}

/**
 * Writes a login where builders look for it, for the length of the work: in a folder of its own that only this user
 * can read, so that it stands in no process's arguments and stays in nobody's configuration.
 */
export async function withLoginFile<T>(
  registry: string,
  { username, password }: RegistryLogin,
  work: (folder: string, file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-s3-login-'));
  try {
    const file = join(folder, 'config.json');
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(file, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
    return await work(folder, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

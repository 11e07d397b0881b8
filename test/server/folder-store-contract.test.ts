import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { describeFileStore } from '../support/file-store-contract.ts';

describeFileStore('the folder store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-s3-store-'));
  return {
    store: await createFolderStore({ folder, hidden: true }),
    leftovers: () => readdir(join(folder, '.mcp-s3')).catch(() => []),
    dispose: () => rm(folder, { recursive: true }),
  };
});

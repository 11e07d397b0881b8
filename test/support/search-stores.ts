import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { createS3Store } from '../../server/files/s3-store.ts';
import { type SearchResult, searchFiles } from '../../server/files/search/search-files.ts';
import type { SearchRequest } from '../../server/files/search/search-request.ts';
import type { FileStore } from '../../server/files/store.ts';
import { startS3Server } from './s3-server/server.ts';

export interface SearchedStore {
  store: FileStore;
  put(files: Record<string, string | Buffer>): Promise<void>;
  /** Keys of the matches. */
  keys(request: SearchRequest): Promise<string[]>;
  close(): Promise<void>;
}

/** Empty stores: one whose files the search reads by itself, and one that it reads through the port. */
export const STORES: Record<string, () => Promise<SearchedStore>> = {
  'a folder': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-s3-search-'));
    return searched(await createFolderStore({ folder }), () => rm(folder, { recursive: true }));
  },
  S3: async () => {
    const server = await startS3Server();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const store = createS3Store({
      bucket: server.bucketName,
      region: 'us-east-1',
      endpoint: server.endpoint,
      forcePathStyle: true,
      credentials,
    });
    return searched(store, async () => {
      store.close();
      await server.close();
    });
  },
};

function searched(store: FileStore, close: () => Promise<void>): SearchedStore {
  return {
    store,
    close,
    async put(files) {
      for (const [key, content] of Object.entries(files))
        await store.put(key, Buffer.from(content as string));
    },
    keys: async (request) => (await searchFiles(store, request)).matches.map(({ key }) => key),
  };
}

/** All pages of a search. */
export async function searchPages(store: FileStore, request: SearchRequest): Promise<SearchResult[]> {
  const pages: SearchResult[] = [];
  let cursor: string | undefined;
  do {
    const page = await searchFiles(store, { ...request, ...(cursor !== undefined && { cursor }) });
    pages.push(page);
    cursor = page.nextCursor;
    expect(page.complete).to.equal(cursor === undefined);
  } while (cursor !== undefined);
  return pages;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { scopeStore } from '../../server/files/scope.ts';
import type { FileStore } from '../../server/files/store.ts';
import { model } from '../support/file-store-listing.ts';
import { all, failure, listAll } from '../support/store-probes.ts';

describe('a store limited to prefixes', () => {
  let folder: string;
  let store: FileStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-scope-'));
    store = await createFolderStore({ folder });
  });

  afterEach(() => rm(folder, { recursive: true }));

  const put = async (...keys: string[]) => {
    for (const key of keys) await store.put(key, Buffer.from(key));
  };

  it('matches at slashes only', async () => {
    await put('docs', 'docs/a', 'docs-evil/a', 'docsx', 'other/docs/a', 'reports', 'reports/1');
    const scoped = scopeStore(store, ['docs', 'reports/']);
    expect((await listAll(scoped)).keys).to.deep.equal(['docs', 'docs/a', 'reports/1']);
    expect((await all((await scoped.read('docs/a')).body)).toString()).to.equal('docs/a');
    expect((await scoped.head('docs')).key).to.equal('docs');
    for (const key of ['docs-evil/a', 'docsx', 'other/docs/a', 'reports']) {
      expect(await failure(scoped.read(key)), key).to.equal('not_found');
      expect(await failure(scoped.head(key)), key).to.equal('not_found');
      expect(await failure(scoped.put(key, Buffer.alloc(0))), key).to.equal('bad_request');
      expect(await failure(scoped.delete(key)), key).to.equal('bad_request');
    }
    expect((await store.head('docs-evil/a')).size).to.equal(11);
  });

  it('does not let a key climb out: keys are opaque', async () => {
    await put('secret', 'docs/../secret');
    const scoped = scopeStore(store, ['docs/']);
    expect((await all((await scoped.read('docs/../secret')).body)).toString()).to.equal('docs/../secret');
    expect(await failure(scoped.read('secret'))).to.equal('not_found');
  });

  it('says no such file for a file outside in the words for one that is not there', async () => {
    await put('outside');
    const scoped = scopeStore(store, ['docs/']);
    const message = (key: string) => scoped.head(key).catch((error: Error) => error.message);
    expect(await message('outside')).to.equal(
      (await message('docs/none'))!.toString().replace('docs/none', 'outside'),
    );
  });

  it('writes inside', async () => {
    const scoped = scopeStore(store, ['docs/']);
    await scoped.put('docs/new', Buffer.from('1'));
    await scoped.delete('docs/new');
    expect((await listAll(store)).keys).to.deep.equal([]);
  });

  it('refuses a cursor of another scope or of the store itself', async () => {
    await put('a/1', 'a/2', 'b/1');
    const { nextCursor } = await scopeStore(store, ['a/']).list({ limit: 1 });
    const own = await store.list({ limit: 1 });
    for (const cursor of [nextCursor!, own.nextCursor!]) {
      expect(await failure(scopeStore(store, ['b/']).list({ cursor }))).to.equal('bad_request');
    }
  });

  it('needs a prefix: nothing is not everything', () => {
    expect(() => scopeStore(store, [])).to.throw(TypeError);
  });

  it('lists what a bucket with only the files inside would, for any scope and request', async () => {
    const text = (minLength: number, maxLength: number) =>
      fc
        .array(fc.constantFrom('a', 'b', '/', '-'), { minLength, maxLength })
        .map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text(1, 5), { maxLength: 10 }),
        fc.uniqueArray(text(0, 3), { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(text(0, 3), fc.constantFrom('', '/', '-'), fc.integer({ min: 1, max: 3 })), {
          minLength: 8,
          maxLength: 8,
        }),
        async (keys, prefixes, requests) => {
          await put(...keys);
          try {
            const scoped = scopeStore(store, prefixes);
            const inside = keys.filter((key) =>
              prefixes.some((p) => p === '' || key === p || key.startsWith(p.endsWith('/') ? p : `${p}/`)),
            );
            for (const [prefix, delimiter, limit] of requests) {
              const request = { prefix, limit, ...(delimiter !== '' && { delimiter }) };
              const listed = await listAll(scoped, request);
              expect({ keys: listed.keys, prefixes: listed.prefixes }).to.deep.equal(model(inside, request));
            }
          } finally {
            for (const key of keys) await store.delete(key);
          }
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(60_000);
});

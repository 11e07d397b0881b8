import { expect } from 'chai';
import fc from 'fast-check';
import type { FileStore, ListRequest } from '../../server/files/store.ts';
import { failure, listAll, sortedKeys } from './store-probes.ts';

/** The listing part of the contract, against a model that is nothing but the rules of ListObjectsV2. */
export function describeListing(getStore: () => FileStore, plainKeysOnly: boolean): void {
  const put = async (keys: readonly string[]) => {
    for (const key of keys) await getStore().put(key, Buffer.from('x'));
  };

  it('lists in the order of UTF-8 bytes, page by page', async () => {
    const keys = ['z', 'b/1', 'b-1', 'b0', 'a/z/1', 'a/z-1', '\u00e9', '\uffee', '\u{1f600}', 'Z'];
    await put(keys);
    for (const limit of [1, 2, 3, 100]) {
      const { keys: listed, pages } = await listAll(getStore(), { limit });
      expect(listed).to.deep.equal(sortedKeys(keys));
      expect(pages).to.equal(Math.ceil(keys.length / limit));
    }
  });

  it('counts files and rolled-up prefixes together', async () => {
    await put(['a/1', 'a/2', 'b', 'c/1', 'c/d/1', 'd']);
    const first = await getStore().list({ delimiter: '/', limit: 3 });
    expect([first.files.map((file) => file.key), first.prefixes]).to.deep.equal([['b'], ['a/', 'c/']]);
    const second = await getStore().list({ delimiter: '/', limit: 3, cursor: first.nextCursor! });
    expect([second.files.map((file) => file.key), second.prefixes]).to.deep.equal([['d'], []]);
    expect(second.nextCursor).to.equal(undefined);
  });

  it('goes on behind a key that is deleted meanwhile', async () => {
    await put(['a', 'b', 'c']);
    const first = await getStore().list({ limit: 2 });
    await getStore().delete('b');
    const second = await getStore().list({ limit: 2, cursor: first.nextCursor! });
    expect(second.files.map((file) => file.key)).to.deep.equal(['c']);
  });

  it('refuses a broken cursor and an impossible limit', async () => {
    await put(['a']);
    for (const cursor of ['nonsense', '', 'WyJhIl0x', Buffer.from('[1,2]').toString('base64url')]) {
      expect(await failure(getStore().list({ cursor })), cursor).to.equal('bad_request');
    }
    for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
      expect(await failure(getStore().list({ limit })), String(limit)).to.equal('bad_request');
    }
  });

  it('agrees with the rules of ListObjectsV2 for any keys, prefix, delimiter and limit', async () => {
    const letters = plainKeysOnly ? ['a', 'b', '-', '\u00e9'] : ['a', 'b', '-', '/', '/', '.', '\u00e9'];
    const text = (maxLength: number) =>
      fc.array(fc.constantFrom(...letters), { maxLength }).map((l) => l.join(''));
    const keyOf = fc
      .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 5 })
      .map((l) => l.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(keyOf, { maxLength: 10 }),
        fc.array(fc.tuple(text(3), fc.constantFrom('', '/', '-', 'a/'), fc.integer({ min: 1, max: 4 })), {
          minLength: 6,
          maxLength: 6,
        }),
        async (keys, requests) => {
          const store = getStore();
          await put(keys);
          try {
            for (const [prefix, delimiter, limit] of requests) {
              const request = { prefix, limit, ...(delimiter !== '' && { delimiter }) };
              const listed = await listAll(store, request);
              expect({ keys: listed.keys, prefixes: listed.prefixes }).to.deep.equal(model(keys, request));
            }
          } finally {
            for (const key of keys) await store.delete(key);
          }
        },
      ),
      { numRuns: 25 },
    );
  }).timeout(60_000);
}

/** What all pages of a listing must hold together. */
export function model(keys: readonly string[], request: ListRequest): { keys: string[]; prefixes: string[] } {
  const { prefix = '', delimiter } = request;
  const listed: string[] = [];
  const prefixes = new Set<string>();
  for (const key of sortedKeys(keys)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) listed.push(key);
    else prefixes.add(key.slice(0, at + delimiter!.length));
  }
  return { keys: listed, prefixes: [...prefixes] };
}

import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { FileStore } from '../../server/files/store.ts';
import { expectContent, failure, pattern, pieces, sha256 } from './store-probes.ts';

export interface StoreUnderTest {
  store: FileStore;
  /** Bytes or parts that failed puts left behind; none may. */
  leftovers?: () => unknown[] | Promise<unknown[]>;
  dispose(): Promise<void>;
}

/** The part of the contract on puts that do not succeed: nothing of them is seen, and nothing stays behind. */
export function describeFailingPuts(getTested: () => StoreUnderTest): void {
  let tested: StoreUnderTest;
  let store: FileStore;

  beforeEach(() => {
    tested = getTested();
    store = tested.store;
  });

  describe('a put that fails', () => {
    const old = Buffer.from('old');
    beforeEach(async () => {
      await store.put('f', old);
    });

    afterEach(async () => {
      await expectContent(store, new Map([['f', 'old']]));
      expect((await tested.leftovers?.()) ?? []).to.deep.equal([]);
    });

    for (const [size, what] of [
      [1000, 'a small file'],
      [17 * 1024 * 1024, 'a file of many parts'],
    ] as const) {
      it(`stores nothing of ${what} with another checksum`, async () => {
        const body = Readable.from(pieces(pattern(size)));
        expect(await failure(store.put('f', body, { sha256: sha256(old) }))).to.equal('bad_request');
        expect(await failure(store.put('f', pattern(size), { sha256: sha256(old) }))).to.equal('bad_request');
      });

      it(`stores nothing of ${what} whose source fails, and says why`, async () => {
        async function* broken() {
          yield* pieces(pattern(size));
          throw new Error('the source broke');
        }
        const error = await store.put('f', Readable.from(broken())).catch((reason) => reason);
        expect(error.message).to.equal('the source broke');
      });

      it(`stores nothing of ${what} when it is aborted`, async () => {
        const abort = new AbortController();
        async function* endless() {
          yield* pieces(pattern(size));
          setImmediate(() => abort.abort(new Error('enough')));
          await new Promise(() => {});
        }
        const put = store.put('f', Readable.from(endless()), { signal: abort.signal });
        expect((await put.catch((reason) => reason)).message).to.equal('enough');
      });
    }
  });

  it('closes the source of a put that cannot be', async () => {
    await store.put('taken', Buffer.from('1'));
    for (const [key, options] of [
      ['taken', { ifNoneMatch: '*' }],
      ['.mcp-s3/x', {}],
      ['f', { signal: AbortSignal.abort(new Error('enough')) }],
    ] as const) {
      const body = Readable.from(pieces(pattern(100_000)));
      await store.put(key, body, options).then(
        () => expect.fail('stored'),
        () => {},
      );
      expect(body.destroyed, key).to.equal(true);
    }
  });
}

import { expect } from 'chai';
import { editDistance } from '../../server/edit-distance.ts';
import { noSuchFile, ServiceError } from '../../server/errors.ts';
import type { FileStore, ListRequest } from '../../server/files/store.ts';
import { withNearKeys } from '../../server/near-keys.ts';

/** Lists keys that start with the prefix, and counts how often it was asked. */
function listing(keys: string[]) {
  const asked: ListRequest[] = [];
  const store = {
    async list(request: ListRequest) {
      asked.push(request);
      const found = keys.filter((key) => key.startsWith(request.prefix ?? ''));
      return { files: found.slice(0, request.limit).map((key) => ({ key })), prefixes: [] };
    },
  } as unknown as FileStore;
  return { store, asked };
}

const hint = async (keys: string[], key: string) =>
  ((await withNearKeys(listing(keys).store, key, noSuchFile(key))) as Error).message;

describe('withNearKeys', () => {
  it('suggests what reads alike in the same folder, the nearest first', async () => {
    expect(
      await hint(['a/report.txt', 'a/reports.txt', 'a/other.txt', 'report.txt'], 'a/reprot.txt'),
    ).to.equal('no such file: "a/reprot.txt"; did you mean "a/report.txt" or "a/reports.txt"?');
    expect(await hint(['Report.TXT'], 'report.txt')).to.include('did you mean "Report.TXT"?');
  });

  it('suggests nothing that is far away', async () => {
    expect(await hint(['zebra.txt'], 'a.md')).to.equal('no such file: "a.md"');
  });

  it('says that the key is a folder', async () => {
    expect(await hint(['docs/a.txt'], 'docs')).to.include('that is a folder');
    expect(await hint(['docs/a.txt'], 'docs/')).to.include('that is a folder');
  });

  it('costs two bounded listings at most, and only for a key that is not there', async () => {
    const { store, asked } = listing(['a.txt']);
    await withNearKeys(store, 'b.txt', noSuchFile('b.txt'));
    expect(asked.map(({ limit }) => limit)).to.deep.equal([1, 500]);
    const other = new ServiceError('storage_failed', 'x');
    expect(await withNearKeys(store, 'b.txt', other)).to.equal(other);
    expect(asked).to.have.lengthOf(2);
  });

  it('keeps the first error when the listing fails', async () => {
    const store = { list: () => Promise.reject(new Error('down')) } as unknown as FileStore;
    const error = noSuchFile('a');
    expect(await withNearKeys(store, 'a', error)).to.equal(error);
  });
});

describe('editDistance', () => {
  it('counts insertions, deletions and substitutions', () => {
    expect(editDistance('kitten', 'sitting', 9)).to.equal(3);
    expect(editDistance('', 'abc', 9)).to.equal(3);
    expect(editDistance('same', 'same', 9)).to.equal(0);
  });

  it('stops above the limit', () => {
    expect(editDistance('kitten', 'sitting', 2)).to.equal(3);
    expect(editDistance('a'.repeat(100), 'b', 2)).to.equal(3);
  });
});

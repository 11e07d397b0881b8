import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { PART_BYTES as PART } from '../../server/files/s3/put-parts.ts';
import { createS3Store, type S3Store } from '../../server/files/s3-store.ts';
import { ODD_KEYS } from '../support/odd-keys.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';
import { all, failure, listAll, pattern, pieces, sha256, sortedKeys } from '../support/store-probes.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

describe('the S3 store, on the wire', () => {
  let server: S3Server;
  let store: S3Store;

  beforeEach(async () => {
    server = await startS3Server();
    store = storeAt(server.endpoint, server.bucketName);
  });

  afterEach(async () => {
    store.close();
    await server.close();
  });

  function storeAt(endpoint: string, bucket: string): S3Store {
    return createS3Store({
      bucket,
      region: 'us-east-1',
      endpoint,
      forcePathStyle: true,
      credentials: CREDENTIALS,
    });
  }

  const asked = (operation: string) => server.requests.filter((request) => request.operation === operation);

  it('sends every key exactly', async () => {
    for (const key of ODD_KEYS) await store.put(key, Buffer.from('x'));
    expect(server.bucket.keys()).to.deep.equal(sortedKeys(ODD_KEYS));
    const urls = server.requests.map((request) => request.url.split('?')[0]);
    expect(urls).to.include('/test-bucket//a');
    expect(urls).to.include('/test-bucket/a/../b');
    expect(urls).to.include('/test-bucket/a%252Fb');
  });

  it('sends a checksum with every content, and conditions where they count', async () => {
    await store.put('small', Buffer.from('x'), { ifNoneMatch: '*' });
    await store.put('large', Readable.from(pieces(pattern(2 * PART + 1))), { ifNoneMatch: '*' });
    for (const operation of ['PutObject', 'UploadPart']) {
      for (const { headers } of asked(operation)) expect(headers).to.have.property('x-amz-checksum-crc32');
    }
    expect(asked('UploadPart')).to.have.length(3);
    expect(asked('PutObject')[0]!.headers['if-none-match']).to.equal('*');
    expect(asked('CompleteMultipartUpload')[0]!.headers['if-none-match']).to.equal('*');
  });

  it('signs no content on this machine, and its length neither, also at another try', async () => {
    const again = { status: 500, code: 'InternalError', kind: 'status' } as const;
    server.faults.add({ operation: 'PutObject', times: 1, effect: again });
    server.faults.add({ operation: 'UploadPart', times: 1, effect: again });
    await store.put('small', Buffer.from('x'));
    await store.put('large', Readable.from(pieces(pattern(PART + 1))));
    const sent = [...asked('PutObject'), ...asked('UploadPart')];
    expect(sent).to.have.length(5);
    for (const { headers } of sent) {
      expect(headers['x-amz-content-sha256']).to.equal('UNSIGNED-PAYLOAD');
      expect(headers.authorization).not.to.match(/SignedHeaders=[^,]*content-length/);
      expect(Number(headers['content-length'])).to.be.greaterThan(0);
    }
    const [created] = asked('CreateMultipartUpload');
    expect(created!.headers['x-amz-content-sha256']).to.match(/^[0-9a-f]{64}$/);
  });

  it('leaves out a hash that nobody wants, and holds to one that was announced', async () => {
    const content = Buffer.from('x');
    expect(await store.put('f', content, { tellSha256: false })).not.to.have.property('sha256');
    const wrong = { tellSha256: false, sha256: sha256(Buffer.from('y')) };
    expect(await failure(store.put('f', content, wrong))).to.equal('bad_request');
  });

  it('sends nothing of a large file that is not to be replaced', async () => {
    await store.put('f', Buffer.from('x'));
    const body = Readable.from(pieces(pattern(3 * PART)));
    expect(await failure(store.put('f', body, { ifNoneMatch: '*' }))).to.equal('precondition_failed');
    expect(body.destroyed).to.equal(true);
    expect(asked('CreateMultipartUpload')).to.deep.equal([]);
  });

  it('asks for ranges of one version', async () => {
    const { etag } = await store.put('f', Buffer.from('0123456789'));
    const { body } = await store.read('f', { range: { start: 2, end: 4 }, ifMatch: etag });
    await all(body);
    expect(asked('GetObject')[0]!.headers).to.include({ range: 'bytes=2-4', 'if-match': etag });
  });

  it('keeps summaries out of listings without reading past them one by one', async () => {
    for (let i = 0; i < 2500; i++)
      server.bucket.put(`.mcp-s3/summaries/${i}`, Buffer.alloc(0), {}, NO_CONDITIONS);
    for (const key of ['!first', '.mcp', '.mcp-s3', '.mcp-s30', 'z']) await store.put(key, Buffer.from('x'));
    server.requests.length = 0;
    const keys = ['!first', '.mcp', '.mcp-s3', '.mcp-s30', 'z'];
    expect((await listAll(store)).keys).to.deep.equal(keys);
    expect(asked('ListObjectsV2').length).to.be.at.most(2);
    for (const limit of [1, 2, 3, 4]) expect((await listAll(store, { limit })).keys).to.deep.equal(keys);
    expect((await listAll(store, { delimiter: '/' })).prefixes).to.deep.equal([]);
    expect((await listAll(store, { prefix: '.mcp-s3' })).keys).to.deep.equal(['.mcp-s3', '.mcp-s30']);
  });

  it('has a way in for our own summaries, and nothing else', async () => {
    const { reserved } = store;
    await reserved.put('.mcp-s3/summaries/a', Buffer.from('cached'));
    expect((await all((await reserved.read('.mcp-s3/summaries/a')).body)).toString()).to.equal('cached');
    expect((await listAll(reserved)).keys).to.deep.equal(['.mcp-s3/summaries/a']);
    expect((await listAll(store)).keys).to.deep.equal([]);
    await store.put('file', Buffer.from('x'));
    expect(await failure(reserved.read('file'))).to.equal('not_found');
    expect(await failure(reserved.put('file', Buffer.from('x')))).to.equal('bad_request');
    expect((await listAll(reserved, { prefix: 'f' })).keys).to.deep.equal([]);
    await reserved.delete('.mcp-s3/summaries/a');
    expect((await listAll(reserved)).keys).to.deep.equal([]);
  });

  describe('when S3 fails', () => {
    it('tries again what may succeed', async () => {
      server.faults.add({
        operation: 'PutObject',
        times: 1,
        effect: { kind: 'status', status: 500, code: 'InternalError' },
      });
      server.faults.add({ operation: 'GetObject', times: 1, effect: { kind: 'reset' } });
      await store.put('f', Buffer.from('x'));
      expect((await all((await store.read('f')).body)).toString()).to.equal('x');
    });

    it('passes on that it should slow down', async () => {
      server.faults.add({
        operation: 'GetObject',
        effect: { kind: 'status', status: 503, code: 'SlowDown' },
      });
      const error = await store.read('f').catch((reason) => reason);
      expect(error).to.include({ code: 'storage_failed', retryAfter: 1 });
      expect(error.message).to.equal('cannot read "f": S3 asks to slow down. Try again in a moment');
    });

    const cases = [
      ['AccessDenied', 403, 'access denied. The credentials in use need s3:GetObject'],
      ['ExpiredToken', 400, 'the credentials have expired: renew them'],
      ['NoSuchBucket', 404, 'the bucket does not exist: check its name and region'],
      ['InvalidObjectState', 403, 'the object is archived (Glacier): restore it first'],
    ] as const;
    for (const [code, status, reason] of cases) {
      it(`says what ${code} means`, async () => {
        server.faults.add({ operation: 'GetObject', effect: { kind: 'status', status, code } });
        const error = await store.read('f').catch((failed) => failed);
        expect([error.code, error.message]).to.deep.equal(['storage_failed', `cannot read "f": ${reason}`]);
      });
    }

    it('says that nobody answers', async () => {
      const closed = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const message = await storeAt(`http://127.0.0.1:${port}`, 'b')
        .list()
        .catch((error) => error.message);
      expect(message).to.contain('cannot list the bucket: the connection was refused');
    });

    it('takes up a body that breaks off where it stood, of the same version', async () => {
      const content = pattern(1_000_000);
      const { etag } = await store.put('f', content);
      server.faults.add({
        operation: 'GetObject',
        times: 2,
        effect: { kind: 'reset-body', afterBytes: 300_000 },
      });
      const { body } = await store.read('f');
      expect((await all(body)).equals(content)).to.equal(true);
      const gets = asked('GetObject');
      expect(gets).to.have.length(3);
      for (const { headers } of gets.slice(1)) expect(headers['if-match']).to.equal(etag);
      expect(gets[2]!.headers.range).to.match(/^bytes=\d{6}-999999$/);
    });

    it('ends in an error when it breaks off again and again, or the file is another one now', async () => {
      await store.put('f', pattern(1_000_000));
      server.faults.add({ operation: 'GetObject', effect: { kind: 'reset-body', afterBytes: 1000 } });
      const { body } = await store.read('f');
      expect(await failure(all(body))).to.equal('storage_failed');
      server.faults.clear();
      server.faults.add({
        operation: 'GetObject',
        times: 1,
        effect: { kind: 'reset-body', afterBytes: 1000 },
      });
      const replaced = await store.read('f');
      await store.put('f', Buffer.from('other'));
      expect(await failure(all(replaced.body))).to.equal('precondition_failed');
    });

    it('ends a body that was damaged on its way in an error', async () => {
      const headers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
      server.bucket.put('f', Buffer.from('damaged'), headers, NO_CONDITIONS);
      const { body } = await store.read('f');
      const error = await all(body).catch((reason) => reason);
      expect(error.message).to.equal('cannot read "f": what arrived does not match its checksum');
    });

    it('stops a slow body when its reader goes', async () => {
      await store.put('f', pattern(1_000_000));
      server.faults.add({
        operation: 'GetObject',
        effect: { kind: 'slow-body', pieceBytes: 1000, pauseMs: 5 },
      });
      const { body } = await store.read('f');
      for await (const _ of body) break;
      expect(body.destroyed).to.equal(true);
    });

    it('ends a wait for an answer that does not come with the reason of the signal', async () => {
      server.faults.add({ operation: 'GetObject', effect: { kind: 'stall' } });
      const abort = new AbortController();
      const read = store.read('f', { signal: abort.signal });
      setImmediate(() => abort.abort(new Error('enough')));
      expect((await read.catch((error) => error)).message).to.equal('enough');
    });

    for (const operation of ['UploadPart', 'CompleteMultipartUpload'] as const) {
      it(`leaves no parts behind when ${operation} fails for good, and reads no further`, async () => {
        server.faults.add({ operation, skip: operation === 'UploadPart' ? 1 : 0, effect: DENIED });
        let taken = 0;
        function* chunks() {
          for (; taken < 20 * PART; taken += PART) yield Buffer.alloc(PART);
        }
        const error = await store.put('f', Readable.from(chunks())).catch((failed) => failed);
        expect(error.message).to.equal(
          'cannot store "f": access denied. The credentials in use need s3:PutObject',
        );
        expect(server.bucket.uploads()).to.deep.equal([]);
        expect(server.bucket.keys()).to.deep.equal([]);
        if (operation === 'UploadPart') expect(taken).to.be.lessThan(20 * PART);
      });
    }

    it('does not wait for a body that hangs when a part fails', async () => {
      server.faults.add({ operation: 'UploadPart', effect: DENIED });
      async function* chunks() {
        yield Buffer.alloc(PART + 1);
        await new Promise(() => {});
      }
      expect(await failure(store.put('f', Readable.from(chunks())))).to.equal('storage_failed');
      expect(server.bucket.uploads()).to.deep.equal([]);
    });

    it('holds so many parts at a time in memory, of all uploads together', async () => {
      server.faults.add({ operation: 'UploadPart', effect: { kind: 'stall' } });
      const abort = new AbortController();
      const put = (key: string) => {
        const body = Readable.from(pieces(Buffer.alloc(6 * PART)));
        return store.put(key, body, { signal: abort.signal }).catch((error) => error.message);
      };
      const puts = ['a', 'b', 'c'].map(put);
      while (asked('UploadPart').length < 6) await new Promise((resolve) => setTimeout(resolve, 10));
      abort.abort(new Error('enough'));
      expect(await Promise.all(puts)).to.deep.equal(['enough', 'enough', 'enough']);
      expect(asked('UploadPart')).to.have.length(6);
      expect(server.bucket.uploads()).to.deep.equal([]);
      server.faults.clear();
      await store.put('d', Readable.from(pieces(pattern(9 * PART))));
      expect(server.bucket.keys()).to.deep.equal(['d']);
    });

    it('removes the parts of an upload that is aborted', async () => {
      const abort = new AbortController();
      function* chunks() {
        for (let i = 0; i < 40; i++) {
          if (i === 20) abort.abort(new Error('enough'));
          yield Buffer.alloc(PART / 4);
        }
      }
      const put = store.put('f', Readable.from(chunks()), { signal: abort.signal });
      expect((await put.catch((error) => error)).message).to.equal('enough');
      expect(asked('CreateMultipartUpload')).to.have.length(1);
      expect(server.bucket.uploads()).to.deep.equal([]);
    });
  });
});

const NO_CONDITIONS = { ifMatch: undefined, ifNoneMatch: undefined };
const DENIED = { kind: 'status', status: 403, code: 'AccessDenied' } as const;

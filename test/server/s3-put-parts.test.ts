import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { PartBuffers } from '../../server/files/s3/part-buffers.ts';
import { putObject } from '../../server/files/s3/put-object.ts';
import { PART_BYTES as PART } from '../../server/files/s3/put-parts.ts';
import type { PutOptions } from '../../server/files/store.ts';
import type { Operation } from '../support/s3-server/faults.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';
import { pattern, pieces } from '../support/store-probes.ts';

/** Buffers that remember how much memory they were at most. */
class WatchedBuffers extends PartBuffers {
  most = 0;

  override async take(bytes: number, signal: AbortSignal): Promise<Buffer> {
    const buffer = await super.take(bytes, signal);
    this.most = Math.max(this.most, this.held);
    return buffer;
  }
}

const DENIED = { kind: 'status', status: 403, code: 'AccessDenied' } as const;
const never = new AbortController().signal;
const content = pattern(2 * PART + 1);

describe('an upload in parts', () => {
  let server: S3Server;
  let client: S3Client;
  let buffers: WatchedBuffers;

  beforeEach(async () => {
    server = await startS3Server();
    buffers = new WatchedBuffers(2 * PART);
    client = new S3Client({
      region: 'us-east-1',
      endpoint: server.endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });

  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  const put = (key: string, body: Readable = Readable.from(pieces(content)), options: PutOptions = {}) =>
    putObject({ client, buffers, bucket: server.bucketName, key }, body, { tellSha256: false, ...options });
  /** What it failed with. */
  const messageOf = (stored: Promise<unknown>) =>
    stored.then(
      () => 'stored',
      (error: Error) => error.message,
    );
  const asked = (operation: Operation, key = 'f') =>
    server.requests.filter((request) => request.operation === operation && request.key === key).length;
  const until = async (reached: () => boolean) => {
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const expectNothingLeft = (keys: string[] = []) => {
    expect(server.bucket.uploads()).to.deep.equal([]);
    expect(server.bucket.keys()).to.deep.equal(keys);
    expect(buffers.held).to.equal(0);
  };

  it('shares its memory with all others, and gives it back', async () => {
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(keys.map((key) => put(key)));
    for (const key of keys) expect(server.bucket.get(key)!.bytes.equals(content), key).to.equal(true);
    expect(buffers.most).to.equal(2 * PART);
    expectNothingLeft(keys);
  });

  it('lets others on while its body is stuck, and ends at once when it is aborted', async () => {
    const abort = new AbortController();
    async function* stuck() {
      yield Buffer.alloc(PART + 1);
      await new Promise(() => {});
    }
    const stopped = messageOf(put('f', Readable.from(stuck()), { signal: abort.signal }));
    await until(() => server.bucket.uploads()[0]?.parts === 1);
    expect(buffers.held).to.equal(2 * PART);
    await put('other');
    abort.abort(new Error('enough'));
    expect(await stopped).to.equal('enough');
    expectNothingLeft(['other']);
  });

  it('stores nothing of a body that is cut off', async () => {
    const body = Readable.from(pieces(content));
    const onProgress = (bytes: number) => bytes > PART + PART / 2 && body.destroy();
    expect(await messageOf(put('f', body, { onProgress }))).to.equal('Premature close');
    expect(asked('CreateMultipartUpload')).to.equal(1);
    expectNothingLeft();
  });

  it('is stopped while it waits for memory that others have', async () => {
    const others = [await buffers.take(PART, never), await buffers.take(PART, never)];
    const abort = new AbortController();
    const stopped = messageOf(put('f', undefined, { signal: abort.signal }));
    await until(() => asked('CreateMultipartUpload') === 1);
    abort.abort(new Error('enough'));
    expect(await stopped).to.equal('enough');
    expect(asked('UploadPart')).to.equal(0);
    for (const buffer of others) buffers.giveBack(buffer);
    expectNothingLeft();
    await put('f');
    expectNothingLeft(['f']);
  });

  it('takes back an upload that is opened after it was stopped', async () => {
    const slow = { kind: 'slow-body', pieceBytes: 20, pauseMs: 5 } as const;
    server.faults.add({ operation: 'CreateMultipartUpload', effect: slow });
    const abort = new AbortController();
    const stopped = messageOf(put('f', undefined, { signal: abort.signal }));
    await until(() => server.bucket.uploads().length === 1);
    abort.abort(new Error('enough'));
    expect(await stopped).to.equal('enough');
    expect([asked('UploadPart'), asked('AbortMultipartUpload')]).to.deep.equal([0, 1]);
    expectNothingLeft();
  });

  it('stores nothing when it is stopped at its last step', async () => {
    server.faults.add({ operation: 'CompleteMultipartUpload', effect: { kind: 'stall' } });
    const abort = new AbortController();
    const stopped = messageOf(put('f', undefined, { signal: abort.signal }));
    await until(() => asked('CompleteMultipartUpload') === 1);
    abort.abort(new Error('enough'));
    expect(await stopped).to.equal('enough');
    expectNothingLeft();
  });

  it('ends with the part that fails, the others stopped before the upload is removed, and none of other uploads', async () => {
    server.faults.add({ operation: 'UploadPart', key: 'f', times: 1, effect: { kind: 'stall' } });
    server.faults.add({ operation: 'UploadPart', key: 'f', effect: DENIED });
    const failing = messageOf(put('f'));
    await until(() => asked('UploadPart') >= 1);
    const other = put('other');
    expect(await failing).to.match(/^cannot store "f": access denied/);
    await other;
    expect(server.requests.filter(({ key }) => key === 'f').at(-1)!.operation).to.equal(
      'AbortMultipartUpload',
    );
    expectNothingLeft(['other']);
  });
});

import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { bucketStanding } from '../../src/aws/s3-buckets.ts';
import { deleteBucket } from '../../src/aws/s3-versions.ts';
import { countBucket, emptyBucket } from '../../src/stack/destroy/empty-bucket.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { xml } from '../support/aws/fault.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createVersionedBucket, fillBucket, left } from '../support/aws/versioned-bucket.ts';
import { ODD_KEYS } from '../support/odd-keys.ts';

const { signal } = new AbortController();

describe('emptying a bucket', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let bucket: string;
  let made = 0;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());
  beforeEach(async () => {
    bucket = `files-${made++}`;
    await createVersionedBucket(emulator, bucket);
    emulator.proxy.reset();
  });

  const put = (Key: string) =>
    emulator.client(S3Client).send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));

  it('deletes 2,500 versions, their marks and open uploads, telling how far it is', async () => {
    await fillBucket(emulator, bucket, { versions: 2500, uploads: 12 });
    expect(await countBucket(emulator.connection(), bucket, 2, signal)).to.deep.equal({
      versions: 2000,
      uploads: 12,
      more: true,
    });
    const told: number[] = [];
    const onProgress = (done: number) => told.push(done);
    const done = await emptyBucket(emulator.connection(), bucket, { signal, onProgress });
    expect(done).to.equal(2500 + 83 + 12);
    expect(told.at(-1)).to.equal(done);
    expect(told).to.deep.equal([...told].sort((a, b) => a - b));
    expect(await left(emulator, bucket)).to.equal(0);
    expect(emulator.proxy.count('s3:DeleteObjects')).to.equal(3);
    expect(await deleteBucket(emulator.connection(), bucket, signal)).to.equal(true);
    expect(await bucketStanding(emulator.connection(), bucket, signal)).to.equal('gone');
  });

  it('deletes every key that S3 takes', async () => {
    // MiniStack lists versions without the encoding that control characters need.
    const keys = ODD_KEYS.filter((key) => !/[\u0000-\u001f\ufffe\uffff]/.test(key));
    for (const key of [...keys, 'a+b c%20d']) await put(key);
    await emptyBucket(emulator.connection(), bucket, { signal });
    expect(await left(emulator, bucket)).to.equal(0);
  });

  it('catches what arrives in the middle', async () => {
    await fillBucket(emulator, bucket, { versions: 30, uploads: 0 });
    const arrivals = emulator.proxy.rig({
      action: 's3:DeleteObjects',
      times: 2,
      do: async () => {
        await put('late.txt');
        return undefined;
      },
    });
    await emptyBucket(emulator.connection(), bucket, { signal });
    expect(arrivals.hits).to.equal(2);
    expect(await left(emulator, bucket)).to.equal(0);
  });

  it('is not empty while something is in it, and gone where it is gone', async () => {
    await put('a.txt');
    expect(await deleteBucket(emulator.connection(), bucket, signal)).to.equal(false);
    expect(await emptyBucket(emulator.connection(), 'no-such-bucket', { signal })).to.equal(0);
    expect(await deleteBucket(emulator.connection(), 'no-such-bucket', signal)).to.equal(true);
  });

  const refusing = (code: string) =>
    xml(
      200,
      `<DeleteResult><Error><Key>a.txt</Key><VersionId>1</VersionId><Code>${code}</Code><Message>because</Message></Error></DeleteResult>`,
    );

  it('tries again what S3 could not do at once', async () => {
    await put('a.txt');
    const rule = emulator.proxy.rig({ action: 's3:DeleteObjects', times: 2, do: refusing('InternalError') });
    await emptyBucket(emulator.connection(), bucket, { signal });
    expect(rule.hits).to.equal(2);
    expect(await left(emulator, bucket)).to.equal(0);
  });

  it('does not try for ever', async () => {
    await put('a.txt');
    const rule = emulator.proxy.rig({ action: 's3:DeleteObjects', do: refusing('InternalError') });
    const error = await emptyBucket(emulator.connection(), bucket, { signal }).catch((reason) => reason);
    expect(error).to.include({ code: 'bucket_not_empty', exitCode: 1 });
    expect(rule.hits).to.equal(4);
  });

  it('says which object S3 keeps, and why, without another try', async () => {
    await put('a.txt');
    const rule = emulator.proxy.rig({ action: 's3:DeleteObjects', do: refusing('AccessDenied') });
    const error = await emptyBucket(emulator.connection(), bucket, { signal }).catch((reason) => reason);
    expect(error.message).to.equal(`S3 does not delete "a.txt" in ${bucket}: because`);
    expect(rule.hits).to.equal(1);
  });

  it('needs the permission to delete versions', async () => {
    await put('a.txt');
    const user = await createUser(
      emulator,
      'half',
      allow(['s3:ListBucketVersions', 's3:ListBucketMultipartUploads']),
    );
    const error = await emptyBucket(emulator.connection(user.keys), bucket, { signal }).catch(
      (reason) => reason,
    );
    expect(error.message).to.match(/a\.txt.*Access Denied|DeleteObject/);
    expect(await left(emulator, bucket)).to.equal(1);
    await user.remove();
  });

  it('goes on where it was interrupted', async () => {
    await fillBucket(emulator, bucket, { versions: 1500, uploads: 2 });
    const stop = new AbortController();
    const work = emptyBucket(emulator.connection(), bucket, {
      signal: stop.signal,
      onProgress: (done) => done >= 1000 && stop.abort(new Error('Ctrl-C')),
    });
    expect(await work.catch((error) => error.message)).to.equal('Ctrl-C');
    await emptyBucket(emulator.connection(), bucket, { signal });
    expect(await left(emulator, bucket)).to.equal(0);
  });
});

import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Emulator } from './emulator.ts';

/** Makes a bucket that keeps every version. */
export async function createVersionedBucket(emulator: Emulator, Bucket: string): Promise<void> {
  const s3 = emulator.client(S3Client);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

export interface Filling {
  /** Versions in all; every tenth key is deleted at the end, which adds a mark. */
  versions: number;
  /** Uploads in parts that are never completed. */
  uploads: number;
  /** Before every key. Default `reports/`. */
  prefix?: string;
}

/** Fills a bucket with keys of three versions each. */
export async function fillBucket(emulator: Emulator, Bucket: string, filling: Filling): Promise<void> {
  const s3 = emulator.client(S3Client);
  const { prefix = 'reports/' } = filling;
  const keyOf = (index: number) => `${prefix}${index % Math.ceil(filling.versions / 3)}.txt`;
  await inParallel(filling.versions, async (index) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: keyOf(index), Body: `version ${index}` }));
  });
  await inParallel(Math.floor(filling.versions / 30), async (index) => {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: keyOf(index * 10) }));
  });
  await inParallel(filling.uploads, async (index) => {
    const upload = { Bucket, Key: `${prefix}${index}.bin` };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
    await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: Buffer.alloc(1000) }));
  });
}

/** Versions, marks and open uploads, as far as the first page shows them. */
export async function left(emulator: Emulator, Bucket: string): Promise<number> {
  const s3 = emulator.client(S3Client);
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  return Versions.length + DeleteMarkers.length + Uploads.length;
}

async function inParallel(times: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < times; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

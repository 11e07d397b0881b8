import { createHash } from 'node:crypto';
import type { Bucket } from '../../test/support/s3-server/bucket.ts';

const FILES = 120;
const UNCONDITIONAL = { ifMatch: undefined, ifNoneMatch: undefined };

export interface SoakFile {
  key: string;
  text: string;
  sha256: string;
}

/** Puts the files that are read into the bucket: most of a few kilobytes, some of one megabyte. */
export function putFiles(bucket: Bucket): SoakFile[] {
  return Array.from({ length: FILES }, (_, i) => {
    const key = `notes/${i % 10}/file ${i}.txt`;
    const lines = i % 20 === 0 ? 16_000 : 20 + i;
    const text = Array.from({ length: lines }, (_, line) => lineOf(i, line)).join('');
    bucket.put(key, Buffer.from(text), { 'content-type': 'text/plain' }, UNCONDITIONAL);
    return { key, text, sha256: sha256(text) };
  });
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function lineOf(file: number, line: number): string {
  const what =
    line % 7 === 0 ? `The harbour of island ${file} is closed` : 'Ships wait outside, as they always did';
  return `${line + 1}. ${what}, é日😀, on day ${(file * 31 + line) % 365}.\n`;
}

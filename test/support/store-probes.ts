import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import type { FileStore, ListRequest } from '../../server/files/store.ts';

/** The code of the ServiceError that a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'no failure';
}

export async function all(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Everything that the store lists, page by page. */
export async function listAll(
  store: FileStore,
  request: ListRequest = {},
): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await store.list({ ...request, ...(cursor !== undefined && { cursor }) });
    expect(page.files.length + page.prefixes.length).to.be.at.most(request.limit ?? 1000);
    keys.push(...page.files.map((file) => file.key));
    prefixes.push(...page.prefixes);
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== undefined);
  return { keys, prefixes, pages };
}

export function sortedKeys(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Bytes that differ from place to place. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4)
    bytes.writeUInt32LE(((at * 2_654_435_761) >>> 0) % 0xffffffff, Math.min(at, size - 4));
  return bytes;
}

/** Cuts bytes into chunks of uneven sizes. */
export function* pieces(bytes: Buffer): Generator<Buffer> {
  const sizes = [1, 70_000, 3, 262_144, 1_500_000];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Expects these files and no others. */
export async function expectContent(store: FileStore, expected: Map<string, string>): Promise<void> {
  for (const [key, content] of expected) {
    expect((await all((await store.read(key)).body)).toString(), JSON.stringify(key)).to.equal(content);
    expect((await store.head(key)).size, JSON.stringify(key)).to.equal(Buffer.byteLength(content));
  }
  expect((await listAll(store, { limit: 7 })).keys).to.deep.equal(sortedKeys(expected.keys()));
}

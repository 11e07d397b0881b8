import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { closeApps, requestLine, startApp } from '../support/app.ts';

const CONTENT = randomBytes(9_000_001);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Reads the answer; `slowly`: with a pause after each piece, so that the server waits for the client. */
async function download(url: string, slowly: boolean): Promise<Buffer> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(url, { agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
    if (slowly) await turn();
  }
  return Buffer.concat(chunks);
}

describe('sending a large body', () => {
  afterEach(closeApps);

  it('sends every byte as it is, to several slow and fast clients at once', async () => {
    const app = await startApp({ files: { 'a.bin': CONTENT } });
    const url = `${app.url}/file?key=a.bin`;
    const received = await Promise.all([true, false, true].map((slowly) => download(url, slowly)));
    expect(received.map(sha256)).to.deep.equal(received.map(() => sha256(CONTENT)));
  });

  it('ends with a client that leaves, and serves the next', async () => {
    const app = await startApp({ files: { 'a.bin': CONTENT } });
    const url = `${app.url}/file?key=a.bin`;
    const id = 'leaves';
    await new Promise<void>((resolve) => {
      const request = http.get(url, { agent: false, headers: { 'x-request-id': id } }, (response) => {
        response.once('data', () => request.destroy());
        response.once('error', () => undefined);
        response.once('close', resolve);
      });
    });
    expect(await requestLine(app, id)).to.include({ status: 499, aborted: true });
    expect(sha256(await download(url, false))).to.equal(sha256(CONTENT));
  });

  describe('from a folder', () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-send-'));
      await writeFile(path.join(folder, 'a.bin'), CONTENT);
    });

    after(() => rm(folder, { recursive: true, force: true }));

    it('fills again what is given back, and nothing else', async () => {
      const store = await createFolderStore({ folder });
      const kept = await store.read('a.bin');
      const chunks: Buffer[] = [];
      for await (const chunk of kept.body) chunks.push(chunk);
      expect(new Set(chunks.map(({ buffer }) => buffer)).size).to.equal(chunks.length);
      expect(sha256(Buffer.concat(chunks))).to.equal(sha256(CONTENT));

      const given = await store.read('a.bin');
      const buffers = new Set<ArrayBufferLike>();
      const hash = createHash('sha256');
      for await (const chunk of given.body as AsyncIterable<Buffer>) {
        hash.update(chunk);
        buffers.add(chunk.buffer);
        given.recycle!(chunk);
        // A second time it is somebody else's already.
        given.recycle!(chunk);
      }
      expect(hash.digest('hex')).to.equal(sha256(CONTENT));
      expect(buffers.size).to.be.below(chunks.length / 4);
    });
  });
});

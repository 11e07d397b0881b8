import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { closeApps, startApp, type TestApp } from '../support/app.ts';
import { CLIENTS, type TestClient } from '../support/mcp-clients.ts';

for (const [generation, connect] of Object.entries(CLIENTS)) {
  describe(`read_files of /mcp for ${generation}`, () => {
    let client: TestClient;
    const read = async (app: TestApp, keys: string[]) => {
      client = await connect(app);
      return client.callTool('read_files', { file_keys: keys });
    };
    afterEach(async () => {
      await client.close();
      await closeApps();
    });

    it('reads each file whole where there is room, in the order that was asked', async () => {
      const app = await startApp({ files: { 'b.txt': 'one\ntwo', 'a.txt': 'x\n', empty: '' } });
      const { texts, isError } = await read(app, ['b.txt', 'empty', 'a.txt', 'b.txt']);
      expect(isError).to.equal(false);
      expect(texts).to.deep.equal([
        'File "b.txt": all of it, 2 lines.',
        'one\ntwo',
        'File "empty": it is empty.',
        'File "a.txt": all of it, 1 line.',
        'x\n',
      ]);
    });

    it('shares one budget: small files whole, large ones alike, and says where to go on', async () => {
      const large = Array.from({ length: 20_000 }, (_, i) => `line ${i + 1}\n`).join('');
      const app = await startApp({
        files: { 'l1.txt': large, 's.txt': 'small\n', 'l2.txt': large, 'giant.txt': 'x'.repeat(90_000) },
      });
      const { texts } = await read(app, ['l1.txt', 's.txt', 'l2.txt', 'giant.txt']);
      const [, first, , small, , second, giantName, giant] = texts as [string, ...string[]];
      expect(small).to.equal('small\n');
      expect(first).to.equal(second);
      const all = [first!, small!, second!, giant!].map((text) => Buffer.byteLength(text));
      expect(all.reduce((a, b) => a + b)).to.be.within(39_900, 40_000);
      expect(giant).to.have.length(13_332);
      expect(giantName).to.include('read_file, offset 13332');
      const next = Number(/from_line (\d+)\.$/.exec(texts[0]!)![1]);
      expect(first!.endsWith(`\nline ${next - 1}\n`)).to.equal(true);
      const rest = await client.callTool('read_file', { file_key: 'l1.txt', from_line: next, lines: 1 });
      expect(rest.texts[0]).to.equal(`line ${next}\n`);
    });

    it('tells of each file that cannot be read why, and reads the others', async () => {
      const app = await startApp({
        files: { 'report.txt': 'x', 'a.zip': Buffer.from('504b030414000000', 'hex') },
      });
      const { texts, isError } = await read(app, ['raport.txt', 'report.txt', 'a.zip']);
      expect(isError).to.equal(false);
      expect(texts).to.have.length(4);
      expect(texts[0]).to.match(/^File "raport.txt" was not read: .*did you mean "report.txt"\?/);
      expect(texts[2]).to.equal('x');
      expect(texts[3]).to.match(/^File "a.zip" was not read: .*zip/i);
      const none = await client.callTool('read_files', { file_keys: ['no', 'such'] });
      expect([none.isError, none.texts.length]).to.deep.equal([true, 2]);
    });

    it('refuses no keys, and too many', async () => {
      const app = await startApp();
      expect((await read(app, [])).isError).to.equal(true);
      const many = await client.callTool('read_files', { file_keys: Array.from({ length: 21 }, String) });
      expect([many.isError, many.texts[0]!.includes('file_keys')]).to.deep.equal([true, true]);
    });
  });

  describe(`write_file of /mcp for ${generation}`, () => {
    let client: TestClient;
    let app: TestApp;
    const start = async (options: Parameters<typeof startApp>[0]) => {
      app = await startApp({ allowWrites: true, ...options });
      client = await connect(app);
    };
    const write = (key: string, content: string, more: object = {}) =>
      client.callTool('write_file', { file_key: key, content, ...more });
    const stored = (key: string) => readFile(path.join(app.folder, key), 'utf8');
    afterEach(async () => {
      await client.close();
      await closeApps();
    });

    it('is there only where writes are allowed', async () => {
      await start({ allowWrites: false });
      expect((await client.listTools()).tools.map(({ name }) => name)).to.not.include('write_file');
      expect(client.instructions()).to.not.include('write_file');
      const refused = await write('a.txt', 'x').then(
        () => undefined,
        (error: Error) => error,
      );
      expect(refused).to.have.property('code', -32602);
      expect(await app.store.list()).to.deep.equal({ files: [], prefixes: [] });
    });

    it('says that it destroys, and creates a file', async () => {
      await start({});
      const tool = (await client.listTools()).tools.at(-1)!;
      expect(tool.name).to.equal('write_file');
      expect(tool.annotations).to.include({ readOnlyHint: false, destructiveHint: true });
      expect(client.instructions()).to.include('write_file');
      const { structured, isError } = await write('new/é.txt', 'grüße\n');
      expect(isError).to.equal(false);
      expect(await stored('new/é.txt')).to.equal('grüße\n');
      const { etag } = await app.store.head('new/é.txt');
      expect(structured).to.deep.equal({ file_key: 'new/é.txt', size: 8, etag });
    });

    it('never overwrites unless told to, by etag or altogether', async () => {
      await start({ files: { 'a.txt': 'old' } });
      const exists = await write('a.txt', 'new');
      expect(exists.isError).to.equal(true);
      expect(exists.texts[0]).to.include('exists already').and.include('if_match');
      const stale = await write('a.txt', 'new', { if_match: '"stale"', overwrite: true });
      expect([stale.isError, stale.texts[0]!.includes('nothing was written')]).to.deep.equal([true, true]);
      const absent = await write('b.txt', 'new', { if_match: '"stale"' });
      expect(absent.isError).to.equal(true);
      expect(await stored('a.txt')).to.equal('old');
      const info = await client.callTool('file_info', { file_key: 'a.txt' });
      const { etag } = info.structured as { etag: string };
      expect((await write('a.txt', 'second', { if_match: etag })).isError).to.equal(false);
      expect((await write('a.txt', 'third', { if_match: etag })).isError).to.equal(true);
      expect(await stored('a.txt')).to.equal('second');
      expect((await write('a.txt', 'fourth', { overwrite: true })).isError).to.equal(false);
      expect(await stored('a.txt')).to.equal('fourth');
    });

    it('takes text only, of a bounded size, within the scope', async () => {
      await start({ prefixes: ['docs/'] });
      for (const [key, content, words] of [
        ['docs/a', 'x\0y', 'only text'],
        ['docs/b', 'half \ud800', 'half a character'],
        ['docs/c', 'é'.repeat(300_000), '524288'],
        ['docs/d', 'x'.repeat(600_000), 'content'],
        ['docs-evil/e', 'x', 'outside'],
        ['.mcp-s3/f', 'x', 'outside'],
        ['docs/\ud800', 'x', 'file'],
      ] as const) {
        const { isError, texts } = await write(key, content);
        expect(isError, JSON.stringify(key)).to.equal(true);
        expect(texts[0], JSON.stringify(key)).to.include(words);
      }
      expect((await app.store.list()).files).to.deep.equal([]);
      expect((await write('docs/empty', '')).isError).to.equal(false);
      expect(await stored('docs/empty')).to.equal('');
    });
  });
}

import { expect } from 'chai';
import { closeApps, startApp, type TestApp } from '../support/app.ts';
import { CLIENTS, type TestClient } from '../support/mcp-clients.ts';

interface Answer {
  files: {
    file_key: string;
    matches: { line: number; text: string; offset?: number; before?: string[] }[];
  }[];
  complete: boolean;
  note?: string;
  next_cursor?: string;
  skipped_binary?: number;
}

for (const [generation, connect] of Object.entries(CLIENTS)) {
  describe(`search_files with a client of ${generation}`, () => {
    let client: TestClient;
    const open = async (files: Record<string, string | Buffer>, options = {}): Promise<TestApp> => {
      const app = await startApp({ files, ...options });
      client = await connect(app);
      return app;
    };
    const search = async (args: object) => {
      const { structured, texts, isError } = await client.callTool('search_files', args);
      expect(isError, texts[0]).to.equal(false);
      expect(JSON.parse(texts[0]!)).to.deep.equal(structured);
      return structured as Answer;
    };
    const refused = async (args: object) => {
      const { texts, isError } = await client.callTool('search_files', args);
      expect(isError).to.equal(true);
      return texts[0]!;
    };

    afterEach(async () => {
      await client.close();
      await closeApps();
    });

    it('finds lines, by file, as the same data in both forms', async () => {
      await open({
        'a.md': 'one\ntwo needle\nthree\n',
        'b.txt': 'needle\n',
        'c.png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      });
      expect(await search({ pattern: 'needle', context_lines: 1, glob: '*.md' })).to.deep.equal({
        files: [
          { file_key: 'a.md', matches: [{ line: 2, text: 'two needle', before: ['one'], after: ['three'] }] },
        ],
        searched_files: 1,
        searched_bytes: 21,
        complete: true,
      });
      const all = await search({ pattern: 'NEED[a-z]+', mode: 'regex', ignore_case: true });
      expect(all.files.map(({ file_key }) => file_key)).to.deep.equal(['a.md', 'b.txt']);
      expect(all.skipped_binary).to.equal(1);
    });

    it('pages by cursor, in answers of a bounded size', async () => {
      const line = `needle ${'"\\'.repeat(150)}`;
      await open({ 'a.txt': `${line}\n`.repeat(1000) });
      let cursor: string | undefined;
      let found = 0;
      do {
        const args = { pattern: 'needle', limit: 500, context_lines: 2, ...(cursor && { cursor }) };
        const { texts } = await client.callTool('search_files', args);
        expect(Buffer.byteLength(texts[0]!)).to.be.lessThan(45_000);
        const answer = JSON.parse(texts[0]!) as Answer;
        found += answer.files[0]!.matches.length;
        cursor = answer.next_cursor;
        if (cursor) expect(answer.note).to.include('next_cursor').and.include('"a.txt"');
        expect(answer.complete).to.equal(cursor === undefined);
      } while (cursor);
      expect(found).to.equal(1000);
    });

    it('says what is wrong and what to do', async () => {
      await open({ 'a.txt': 'needle\nneedle' });
      expect(await refused({ pattern: 'a(?!b)', mode: 'regex' })).to.match(
        /at character 2.*Lookaround.*call again/s,
      );
      expect(await refused({ pattern: 'a', glob: '{a' })).to.include('glob');
      expect(await refused({ pattern: 'a', cursor: 'x' })).to.include('next_cursor');
      expect(await refused({ pattern: '' })).to.include('pattern');
      expect(await refused({ pattern: 'two\nlines' })).to.include('one by one');
      expect(await refused({})).to.include('pattern');
    });

    it('shows a cut line with its byte offset, which read_file takes', async () => {
      await open({ 'a.txt': `${'x'.repeat(50_000)}needle${'y'.repeat(50_000)}` });
      const { files } = await search({ pattern: 'needle' });
      const { offset } = files[0]!.matches[0]!;
      expect(offset).to.equal(50_000);
      const { texts } = await client.callTool('read_file', { file_key: 'a.txt', offset, length: 6 });
      expect(texts[0]).to.equal('needle');
    });

    it('stays within the served prefixes', async () => {
      await open(
        { 'docs/a.txt': 'needle', 'docs-evil/b.txt': 'needle', '.env': 'needle' },
        { prefixes: ['docs'] },
      );
      const { files } = await search({ pattern: 'needle' });
      expect(files.map(({ file_key }) => file_key)).to.deep.equal(['docs/a.txt']);
      expect((await search({ pattern: 'needle', prefix: 'docs-evil/' })).files).to.deep.equal([]);
    });
  });
}

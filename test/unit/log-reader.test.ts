import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readLogLines } from '../../src/targets/local/log-reader.ts';
import { openLogFile } from '../../src/targets/local/log-writer.ts';
import type { LogLine, LogQuery } from '../../src/targets/log-line.ts';

const NEVER = new AbortController().signal;
const START = Date.parse('2025-06-01T10:00:00.000Z');

/** A line as the server writes it, `second` seconds after START. */
function lineOf(second: number, fields: object = {}): string {
  const time = new Date(START + second * 1000).toISOString();
  return `${JSON.stringify({ level: 'info', time, msg: `line ${second}`, ...fields })}\n`;
}

describe('local log reader', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-log-'));
    file = join(folder, 'server.ndjson');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function read(query: Partial<LogQuery> = {}): Promise<LogLine[]> {
    const lines = [];
    for await (const line of readLogLines(folder, { since: START, follow: false, ...query }, NEVER)) {
      lines.push(line);
    }
    return lines;
  }
  const messages = (lines: LogLine[]) => lines.map(({ message }) => message);

  it('says nothing where there is no log and no folder', async () => {
    expect(await read()).to.deep.equal([]);
    await rm(folder, { recursive: true });
    expect(await read()).to.deep.equal([]);
  });

  it('reads the old files before the new one', async () => {
    await writeFile(`${file}.2`, lineOf(1));
    await writeFile(`${file}.1`, lineOf(2));
    await writeFile(file, lineOf(3));
    expect(messages(await read())).to.deep.equal(['line 1', 'line 2', 'line 3']);
  });

  it('takes a line apart', async () => {
    await writeFile(file, lineOf(1, { level: 'warn', request_id: 'r-1', status: 404 }));
    expect(await read()).to.deep.equal([
      { time: START + 1000, level: 'warn', message: 'line 1', requestId: 'r-1', fields: { status: 404 } },
    ]);
  });

  it('keeps garbled and half lines as plain ones, with the time of the line before', async () => {
    const half = lineOf(2).slice(0, 30);
    await writeFile(file, `${lineOf(1)}not JSON\n\n[1]\n{"a":1}\n${half}`);
    const lines = await read();
    expect(messages(lines)).to.deep.equal(['line 1', 'not JSON', '[1]', '', half]);
    expect(lines[1]).to.deep.equal({ time: START + 1000, level: 'info', message: 'not JSON', fields: {} });
  });

  it('reads characters that lie across two reads, and lines longer than one', async () => {
    const long = '🌊é'.repeat(40_000);
    await writeFile(file, lineOf(1, { text: long }) + lineOf(2));
    const lines = await read();
    expect(lines[0]!.fields.text).to.equal(long);
    expect(lines).to.have.lengthOf(2);
  });

  it('selects by time, level, text and request', async () => {
    await writeFile(
      file,
      lineOf(1, { level: 'debug' }) +
        lineOf(2, {
          request_id: 'da90d382-427b-4b32-9567-1dd405831526',
          method: 'POST',
          route: '/summarize',
        }) +
        lineOf(3, { level: 'warn', request_id: 'da90d382' }) +
        lineOf(4, { level: 'error', name: 'a "quoted" name' }),
    );
    expect(messages(await read({ since: START + 2000, until: START + 3000 }))).to.deep.equal([
      'line 2',
      'line 3',
    ]);
    expect(messages(await read({ level: 'warn' }))).to.deep.equal(['line 3', 'line 4']);
    expect(messages(await read({ filter: 'POST /summarize' }))).to.deep.equal(['line 2']);
    expect(messages(await read({ filter: '"quoted"' }))).to.deep.equal(['line 4']);
    expect(messages(await read({ requestId: 'da90d382-427b' }))).to.deep.equal(['line 2']);
    expect(messages(await read({ requestId: 'da90d' }))).to.deep.equal([]);
  });

  it('does not trust the order of lines when it selects by time', async () => {
    await writeFile(file, lineOf(5) + lineOf(1) + lineOf(3));
    expect(messages(await read({ since: START + 2000 }))).to.deep.equal(['line 5', 'line 3']);
  });

  it('says why a log cannot be read', async () => {
    await mkdir(file);
    const error = await read().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.include('it is a folder').and.to.include('server.ndjson');
  });

  describe('following', () => {
    let stop: AbortController;
    let lines: AsyncGenerator<LogLine>;

    beforeEach(() => {
      stop = new AbortController();
      lines = readLogLines(folder, { since: START, follow: true }, stop.signal);
    });
    afterEach(async () => {
      stop.abort();
      await lines.return(undefined);
    });

    async function take(count: number): Promise<string[]> {
      const taken = [];
      while (taken.length < count) taken.push((await lines.next()).value.message);
      return taken;
    }

    it('waits for a file that is not there yet, and for the rest of a line', async () => {
      const first = take(1);
      const line = lineOf(1);
      await writeFile(file, line.slice(0, 20));
      await appendFile(file, line.slice(20));
      expect(await first).to.deep.equal(['line 1']);
      await appendFile(file, lineOf(2) + lineOf(3));
      expect(await take(2)).to.deep.equal(['line 2', 'line 3']);
    });

    it('neither loses nor repeats lines when files are moved away', async () => {
      await writeFile(file, lineOf(1));
      expect(await take(1)).to.deep.equal(['line 1']);
      await appendFile(file, lineOf(2));
      await rename(file, `${file}.1`);
      await writeFile(file, lineOf(4));
      // The other process has not noticed yet and still writes to the file it has open.
      await appendFile(`${file}.1`, lineOf(3));
      expect((await take(3)).sort()).to.deep.equal(['line 2', 'line 3', 'line 4']);
      // Twice between two looks.
      await rename(`${file}.1`, `${file}.2`);
      await rename(file, `${file}.1`);
      await writeFile(file, lineOf(5));
      await rename(`${file}.1`, `${file}.2`);
      await rename(file, `${file}.1`);
      await writeFile(file, lineOf(6));
      expect(await take(2)).to.deep.equal(['line 5', 'line 6']);
    });

    it('goes on from the start of a file that was emptied', async () => {
      await writeFile(file, lineOf(1) + lineOf(2) + lineOf(3));
      expect(await take(3)).to.have.lengthOf(3);
      await truncate(file);
      const next = take(1);
      await writeFile(file, lineOf(4));
      expect(await next).to.deep.equal(['line 4']);
    });

    it('ends without an error when it is stopped', async () => {
      await writeFile(file, lineOf(1));
      await take(1);
      const end = lines.next();
      stop.abort(new Error('Ctrl-C'));
      expect(await end).to.deep.equal({ done: true, value: undefined });
    });
  });

  it('follows what a writer writes through many rotations', async () => {
    const count = 3000;
    const stop = new AbortController();
    const writer = await openLogFile(folder, undefined, { limit: 100_000 });
    const found: string[] = [];
    const reading = (async () => {
      for await (const { message } of readLogLines(folder, { since: START, follow: true }, stop.signal)) {
        found.push(message);
        if (message === `line ${count}`) stop.abort();
      }
    })();
    for (let number = 1; number <= count; number++) {
      writer.write(lineOf(number));
      // The reader gets its turn now and then, less often than a file fills.
      if (number % 500 === 0) {
        while (!found.includes(`line ${number - 400}`)) await new Promise((done) => setTimeout(done, 10));
      }
    }
    await reading;
    writer.end();
    expect(found).to.deep.equal(Array.from({ length: count }, (_, index) => `line ${index + 1}`));
  });
});

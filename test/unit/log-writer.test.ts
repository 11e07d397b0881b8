import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { CliError } from '../../src/errors.ts';
import { openLogFile } from '../../src/targets/local/log-writer.ts';

const WRITER = fileURLToPath(new URL('../support/log-writing-process.ts', import.meta.url));

describe('local log writer', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'mcp-s3-log-')), 'log');
    file = join(folder, 'server.ndjson');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

  const read = async (path = file) =>
    (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');

  it('appends, and lets nobody else read', async () => {
    for (const line of ['{"a":1}\n', '{"a":2}\n']) {
      const log = await openLogFile(folder);
      log.end(line);
      await once(log, 'finish');
    }
    expect(await read()).to.deep.equal(['{"a":1}', '{"a":2}']);
    if (process.platform !== 'win32') {
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    }
  });

  it('shows each line to who asks for them', async () => {
    const seen: string[] = [];
    const log = await openLogFile(folder, (line) => seen.push(line));
    log.write('{"a":1}\n');
    log.end('{"a":2}\n');
    await once(log, 'finish');
    expect(seen).to.deep.equal(['{"a":1}', '{"a":2}']);
  });

  it('does not glue a line to the half one that a crash left', async () => {
    const log = await openLogFile(folder);
    log.end('{"a":1}\n');
    await once(log, 'finish');
    await writeFile(file, '{"a":1}\n{"hal');
    const next = await openLogFile(folder);
    next.end('{"a":2}\n');
    await once(next, 'finish');
    expect(await read()).to.deep.equal(['{"a":1}', '{"hal', '{"a":2}']);
  });

  it('moves a full file away and keeps two old ones', async () => {
    const log = await openLogFile(folder, undefined, { limit: 20 });
    for (let number = 10; number < 20; number++) log.write(`{"n":${number}}\n`);
    log.end();
    await once(log, 'finish');
    expect((await readdir(folder)).sort()).to.deep.equal([
      'server.ndjson',
      'server.ndjson.1',
      'server.ndjson.2',
    ]);
    const kept = [...(await read(`${file}.2`)), ...(await read(`${file}.1`)), ...(await read())];
    expect(kept).to.deep.equal([13, 14, 15, 16, 17, 18, 19].map((number) => `{"n":${number}}`));
  });

  it('goes on in a new file when the folder was cleared', async () => {
    const log = await openLogFile(folder);
    log.write('{"a":1}\n');
    await rm(file);
    log.end('{"a":2}\n');
    await once(log, 'finish');
    expect(await read()).to.deep.equal(['{"a":2}']);
  });

  it('says what to do where no log can be written', async () => {
    await writeFile(join(folder, '..', 'file'), '');
    const error = await openLogFile(join(folder, '..', 'file', 'log')).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(CliError);
    expect((error as CliError).message)
      .to.include('cannot write the log')
      .and.to.include('not a folder');
    expect((error as CliError).suggestions.join()).to.include('MCP_S3_STATE_DIR');
  });

  it('lets the service go on when the disk is full', async function () {
    if (!existsSync('/dev/full')) this.skip();
    await mkdir(folder);
    await symlink('/dev/full', file);
    const seen: string[] = [];
    const log = await openLogFile(folder, (line) => seen.push(line));
    log.write('{"a":1}\n');
    log.end('{"a":2}\n');
    await once(log, 'finish');
    expect(seen).to.deep.equal(['{"a":1}', '{"a":2}']);
  });

  it('loses no line and tears none when two processes write and move files away', async () => {
    const count = 400;
    // About 70 bytes a line: two writers fill a file and a half, so that one rotation keeps everything.
    const limit = 2 * count * 70 * 0.6;
    const writers = ['one', 'two'].map((name) =>
      fork(WRITER, [folder, name, String(count), String(limit)], { execArgv: ['--import=tsx'] }),
    );
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
    expect(codes).to.deep.equal([0, 0]);
    const names = (await readdir(folder)).filter((name) => name.startsWith('server.ndjson'));
    expect(names.length).to.be.greaterThan(1);
    const lines = (await Promise.all(names.map((name) => read(join(folder, name))))).flat();
    const found = lines.map((line) => JSON.parse(line) as { writer: string; n: number });
    for (const writer of ['one', 'two']) {
      const numbers = found.filter((line) => line.writer === writer).map(({ n }) => n);
      expect(numbers.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: count }, (_, index) => index));
    }
  });
});

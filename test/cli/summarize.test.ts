import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const PROSE = `# The ferry

The ferry between the two villages stopped running in 1931, when the bridge was opened.
Nobody had asked the ferryman what he thought of it. He kept the boat, and each spring he tarred it.

In 1947 the ice took two piers of the bridge in one night. The villages were cut off from each other for eleven weeks.
The ferryman, by then past seventy, brought doctors, letters and flour across, twice a day, and took no money for it.
When the bridge was mended, the council voted him a pension, which he gave to the school.
The boat stands in front of the school today, tarred each spring by the children.
`;

describe('summarize', () => {
  let home: CliHome;
  const run = (...args: string[]) => runCli([...args, '--local'], { home });

  before(async () => {
    home = await createCliHome();
    await writeFile(join(home.cwd, 'ferry.md'), PROSE);
    await writeFile(join(home.cwd, 'photo.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await writeFile(join(home.cwd, 'empty.txt'), '');
    await mkdir(join(home.cwd, 'folder'));
    await run('upload', 'ferry.md', 'photo.png', 'empty.txt');
  });
  after(() => removeCliHome(home));

  it('prints the summary and nothing else on stdout, and its request stands in the log', async () => {
    const { code, stdout, stderr } = await run('summarize', 'ferry.md', '--max-words', '40');
    expect(code, stderr).to.equal(0);
    expect(stdout.trim().split(/\s+/).length).to.be.within(8, 40);
    expect(PROSE.replace(/\s+/g, ' ')).to.contain(stdout.trim().split('. ')[0]);
    const id = /request (\S+)/.exec(stderr)?.[1];
    expect(id).to.be.a('string');
    const log = await run('logs');
    expect(log.stdout).to.contain(id);
    expect(log.stdout).to.contain('/summarize');
  });

  it('answers --json with one object, from the cache the second time', async () => {
    const first = JSON.parse((await run('summarize', 'ferry.md', '--json', '--style', 'bullets')).stdout);
    const second = JSON.parse((await run('summarize', 'ferry.md', '--json', '--style', 'bullets')).stdout);
    expect(first).to.include({ file_key: 'ferry.md', cached: false, coverage: 1 });
    expect(first.summary).to.match(/^- /);
    expect(second).to.include({ cached: true, summary: first.summary });
    const fresh = JSON.parse(
      (await run('summarize', 'ferry.md', '--json', '--style', 'bullets', '--refresh')).stdout,
    );
    expect(fresh).to.include({ cached: false, summary: first.summary });
  });

  it('uploads first with --upload', async () => {
    await writeFile(join(home.cwd, 'new.txt'), PROSE);
    const { code, stdout } = await run('summarize', 'new.txt', '--upload');
    expect(code).to.equal(0);
    expect(stdout).to.match(/ferry/i);
    expect((await run('files')).stdout.split('\n')).to.include('new.txt');
  });

  it('suggests --upload for a missing key that is a file here', async () => {
    await cp(join(home.cwd, 'ferry.md'), join(home.cwd, 'not-there.md'));
    const { code, stdout, stderr } = await run('summarize', 'not-there.md');
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr)
      .to.match(/no such file.*not-there\.md/)
      .and.to.match(/--upload/);
  });

  it('names what is wrong with a missing, a binary and an empty file', async () => {
    const missing = await run('summarize', 'fery.md', '--json');
    expect(missing.code).to.equal(1);
    expect(JSON.parse(missing.stdout).error.code).to.equal('not_found');
    expect(JSON.parse(missing.stdout).error.message).to.match(/fery\.md.*ferry\.md/s);
    const binary = await run('summarize', 'photo.png');
    expect(binary.code).to.equal(1);
    expect(binary.stderr).to.match(/PNG image/);
    const empty = await run('summarize', 'empty.txt');
    expect(empty.code).to.equal(0);
  });

  it('refuses a folder given as a file', async () => {
    const { code, stderr } = await run('summarize', 'folder', '--upload');
    expect(code).to.equal(2);
    expect(stderr).to.match(/no files/);
  });

  it('goes on after a key that fails, and exits 1', async () => {
    const { code, stdout, stderr } = await run('summarize', 'nothing.txt', 'ferry.md');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^# ferry\.md\n.*ferry/is);
    expect(stderr).to.match(/nothing\.txt/);
    const json = await run('summarize', 'nothing.txt', 'ferry.md', '--json');
    expect(json.code).to.equal(1);
    const { results } = JSON.parse(json.stdout);
    expect(results[0]).to.have.nested.property('error.code', 'not_found');
    expect(results[1].summary).to.match(/ferry/i);
  });

  it('asks more often than the rate limit allows, and is patient', async () => {
    const keys = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const name = `many-${index}.txt`;
        await writeFile(join(home.cwd, name), `${PROSE}\nThis is copy ${index} of the ferry's story.`);
        return name;
      }),
    );
    const { code, stdout, stderr } = await run('summarize', ...keys, '--upload', '--json');
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout).results).to.have.length(12);
  });

  it('says what a model needs that is not embedded, and which one is', async () => {
    const { code, stderr } = await run('summarize', 'ferry.md', '--model', 'gpt-9');
    expect(code).to.equal(3);
    expect(stderr)
      .to.match(/gpt-9/)
      .and.to.match(/extractive-1/);
  });

  it('writes for a person in a terminal of 80 and of 40 columns', async () => {
    for (const columns of [80, 40]) {
      const { code, text } = await runInTerminal(['summarize', 'ferry.md', '--local'], { home, columns });
      expect(code, text).to.equal(0);
      expect(text).to.match(/local bucket.*\n[\s\S]*ferry[\s\S]*by extractive-1/i);
    }
  });

  it('leaves no file of ours beside the uploaded ones', async () => {
    const folder = await createCliHome();
    try {
      await writeFile(join(folder.cwd, 'a.txt'), await readFile(join(home.cwd, 'ferry.md')));
      const result = await runCli(['summarize', 'a.txt', '--folder', '.'], { home: folder });
      expect(result.code, result.stderr).to.equal(0);
      const { stdout } = await runCli(['files', '--all', '--local'], { home: folder });
      expect(stdout).to.equal('a.txt\n');
    } finally {
      await removeCliHome(folder);
    }
  });
});

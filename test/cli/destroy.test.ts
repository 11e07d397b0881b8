import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';
import { CTRL_C, runInTerminal } from '../support/terminal.ts';

const QUESTION = /Type the stage's name \(dev\) to destroy it: $/;

describe('destroy --local', () => {
  let home: CliHome;
  let notes: string;
  const run = (...args: string[]) => runCli([...args, '--local'], { home });
  const ask = (type: string) =>
    runInTerminal(['destroy', '--local'], { home, input: [{ after: QUESTION, type }] });
  /** What of ours is there, besides the private bucket. */
  const state = async () =>
    (await readdir(join(home.stateFolder, 'dev')).catch(() => [])).filter((name) => name !== 'bucket');

  beforeEach(async () => {
    home = await createCliHome();
    notes = join(home.cwd, 'notes');
    await mkdir(notes);
    await writeFile(join(notes, 'a.txt'), 'Rain fell on the harbour all through the night.');
    await runCli(['files', '--folder', notes], { home });
  });
  afterEach(() => removeCliHome(home));

  it('takes the state away when the name is typed, and never the folder', async () => {
    expect(await state()).not.to.deep.equal([]);
    const { code, text } = await ask('dev\r');
    expect(text).to.match(/Goes for good:[\s\S]*Stays:[\s\S]*: your folder/);
    expect(code).to.equal(0);
    expect(await state()).to.deep.equal([]);
    expect(await readdir(notes)).to.deep.equal(['a.txt']);
  });

  for (const [what, type] of Object.entries({ 'another name': 'prod\r', nothing: '\r', 'Ctrl-D': '\x04' })) {
    it(`is declined by ${what}: exit 4, nothing gone`, async () => {
      const before = await state();
      const { code, text } = await ask(type);
      expect(text).to.include('nothing was destroyed');
      expect(code).to.equal(4);
      expect(await state()).to.deep.equal(before);
    });
  }

  it('is interrupted by Ctrl-C: exit 130, nothing gone', async () => {
    const before = await state();
    const { code, text } = await ask(`${CTRL_C}dev\r`);
    expect(code, text).to.equal(130);
    expect(await state()).to.deep.equal(before);
  });

  it('needs --confirm with the right name off a terminal', async () => {
    const before = await state();
    const unasked = await run('destroy');
    expect(unasked).to.include({ code: 2, stdout: '' });
    expect(unasked.stderr).to.include('--confirm dev');
    expect((await run('destroy', '--confirm', 'prod')).code).to.equal(2);
    expect((await run('destroy', '--json')).code).to.equal(2);
    expect(await state()).to.deep.equal(before);

    const done = JSON.parse((await run('destroy', '--confirm', 'dev', '--json')).stdout);
    expect(done.stage).to.equal('dev');
    expect(done.removed).to.have.lengthOf(2);
    expect(done.kept).to.deep.equal([`${notes}: your folder`]);
    const again = await run('destroy', '--confirm', 'dev');
    expect(again).to.include({ code: 0, stdout: '' });
    expect(again.stderr).to.include('nothing to destroy');
  });

  it('refuses --keep-bucket, which would promise nothing: exit 2, nothing gone', async () => {
    const before = await state();
    const { code, stderr } = await run('destroy', '--confirm', 'dev', '--keep-bucket');
    expect(code).to.equal(2);
    expect(stderr).to.include('on this machine your files always stay');
    expect(await state()).to.deep.equal(before);
  });

  it('leaves uploaded files in the private bucket', async () => {
    await runCli(['upload', join(notes, 'a.txt'), '--local', '--stage', 'other'], { home });
    const done = await run('destroy', '--stage', 'other', '--confirm', 'other');
    expect(done.stderr).to.include('your uploaded files');
    const kept = join(home.stateFolder, 'other', 'bucket', 'a.txt');
    expect(await readFile(kept, 'utf8')).to.include('harbour');
  });

  it('works where the state is corrupt or the folder is gone: it is the remedy', async () => {
    await writeFile(join(home.stateFolder, 'dev', 'bucket.json'), '{garbage');
    const broken = await run('files');
    expect(broken.code).to.equal(1);
    expect(broken.stderr).to.include('destroy --local');
    expect((await run('destroy', '--confirm', 'dev')).code).to.equal(0);
    expect((await run('files')).code).to.equal(0);
  });

  it('refuses while dev runs, and says so before it asks', async () => {
    const dev = startCli(['dev', notes, '--port', '0', '--json'], { home });
    await dev.waitFor('stdout', /"listening"/);
    const refused = await run('destroy', '--confirm', 'dev');
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.include('dev is running for this stage');
    await dev.stop();
    expect(await state()).not.to.deep.equal([]);
  });
});

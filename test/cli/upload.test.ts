import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { CLI_ENTRY, type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';

describe('upload', () => {
  let home: CliHome;
  const run = (...args: string[]) => runCli([...args, '--local'], { home });
  const files = async () => (await run('files', '--all')).stdout.split('\n').slice(0, -1);

  beforeEach(async () => {
    home = await createCliHome();
    await mkdir(join(home.cwd, 'notes/deep'), { recursive: true });
    await writeFile(join(home.cwd, 'notes/a.md'), 'a');
    await writeFile(join(home.cwd, 'notes/deep/b.md'), 'bb');
    await writeFile(join(home.cwd, 'notes/.hidden'), 'no');
    await writeFile(join(home.cwd, 'one.txt'), 'one');
  });
  afterEach(() => removeCliHome(home));

  it('takes files, folders and globs, with a prefix', async () => {
    expect((await run('upload', 'one.txt', 'notes')).code).to.equal(0);
    expect(await files()).to.deep.equal(['notes/a.md', 'notes/deep/b.md', 'one.txt']);
    expect((await run('upload', 'notes/**/*.md', '--prefix', 'g/')).code).to.equal(0);
    expect(await files()).to.include.members(['g/a.md', 'g/deep/b.md']);
  });

  it('reads standard input under the key it is given', async () => {
    const { code, stdout } = await runCli(['upload', '-', '--key', 'odd/../key ☃', '--local', '--json'], {
      home,
      stdin: 'piped',
    });
    expect(code).to.equal(0);
    const [result] = JSON.parse(stdout).results;
    expect(result).to.deep.include({
      key: 'odd/../key ☃',
      size: 5,
      sha256: createHash('sha256').update('piped').digest('base64'),
    });
    expect(await files()).to.deep.equal(['odd/../key ☃']);
    const unnamed = await runCli(['upload', '-', '--local'], { home, stdin: 'x' });
    expect(unnamed.code).to.equal(2);
    expect(unnamed.stderr).to.contain('--key');
  });

  it('leaves existing keys alone with --no-clobber', async () => {
    await run('upload', 'one.txt');
    await writeFile(join(home.cwd, 'one.txt'), 'changed');
    const { code, stdout } = await run('upload', 'one.txt', 'notes/a.md', '--no-clobber', '--json');
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ uploaded: 1, skipped: 1, failed: 0 });
  });

  it('uploads nothing when an argument names nothing or two files want one key', async () => {
    const missing = await run('upload', 'one.txt', 'two.txt');
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.match(/two\.txt: no such file/);
    await writeFile(join(home.cwd, 'notes/one.txt'), 'other');
    const clash = await run('upload', 'one.txt', 'notes/one.txt');
    expect(clash.code).to.equal(2);
    expect(clash.stderr).to.match(/would both get the key/);
    const none = await run('upload', '*.none');
    expect(none.code).to.equal(1);
    expect(none.stderr).to.match(/no file matches/);
    expect(await files()).to.deep.equal([]);
  });

  it('takes a pipe, and no device, whose content may have no end', async function () {
    if (process.platform === 'win32') this.skip();
    spawnSync('mkfifo', [join(home.cwd, 'notes/pipe')]);
    const reader = runCli(['upload', 'notes/pipe', '--local'], { home });
    await writeFile(join(home.cwd, 'notes/pipe'), 'piped');
    expect(await reader).to.include({ code: 0, stdout: 'pipe\n' });
    expect((await run('upload', 'notes')).stdout).to.equal('notes/a.md\nnotes/deep/b.md\n');
    const device = await run('upload', '/dev/zero', 'one.txt');
    expect(device.code).to.equal(1);
    expect(device.stderr).to.include('cannot upload /dev/zero: it is a device').and.to.include('head -c');
    expect(await files()).not.to.include('one.txt');
  });

  it('fails a file that cannot be stored, with the reason, and stores the others', async () => {
    const { code, stdout } = await run(
      'upload',
      'one.txt',
      'notes/a.md',
      '--prefix',
      `${'p'.repeat(1020)}/`,
      '--json',
    );
    expect(code).to.equal(1);
    const { results, failed } = JSON.parse(stdout);
    expect(failed).to.equal(2);
    expect(results[0].error.message).to.match(/1,?024/);
  });

  it('shows nothing of an upload that Ctrl-C ended', async () => {
    const folder = join(home.cwd, 'bucket');
    await mkdir(folder);
    const big = join(home.cwd, 'big.bin');
    const file = createWriteStream(big);
    for (let index = 0; index < 8; index++) file.write(Buffer.alloc(1 << 20, 'text '));
    await new Promise<void>((resolve) => file.end(resolve));
    const child = startCli(['upload', '-', '--key', 'half.txt', '--folder', 'bucket'], { home });
    child.child.stdin.write(await readFile(big));
    await child.waitFor('stderr', /Using/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { code, stderr } = await child.stop();
    expect(code).to.equal(130);
    expect(stderr).not.to.match(/bug|at .*\.js/);
    expect((await readdir(folder, { recursive: true })).filter((name) => name !== '.mcp-s3')).to.deep.equal(
      [],
    );
    expect((await runCli(['files', '--folder', 'bucket'], { home })).stdout).to.equal('');
  });

  it('says when the disk is full, and stores nothing', async function () {
    const folder = join(home.cwd, 'bucket');
    await mkdir(folder);
    await writeFile(join(home.cwd, 'large.txt'), Buffer.alloc(3_000_000, 'text '));
    const script = `mount -t tmpfs -o size=1m tmpfs "$FOLDER"
      "$0" "$1" upload large.txt one.txt --concurrency 1 --folder "$FOLDER"; code=$?
      "$0" "$1" files --local; exit $code`;
    const flags = process.geteuid?.() === 0 ? '-m' : '-rm';
    const run = spawnSync('unshare', [flags, 'sh', '-c', script, process.execPath, CLI_ENTRY], {
      cwd: home.cwd,
      env: { ...home.env, FOLDER: folder },
      encoding: 'utf8',
    });
    if (run.error || /unshare|mount/.test(run.stderr)) this.skip(); // No namespaces here: no disk can be full.
    expect(run.status).to.equal(1);
    expect(run.stderr).to.match(/cannot store "large\.txt": the disk is full/);
    expect(run.stdout).to.equal('one.txt\none.txt\n');
  });

  it('names a file that cannot be read, and the others are stored', async function () {
    if (process.platform === 'win32') this.skip();
    await chmod(join(home.cwd, 'one.txt'), 0);
    // root reads everything, so the command runs as somebody else.
    const somebody = process.geteuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    for (const folder of [home.root, home.cwd]) await chmod(folder, 0o777);
    const result = spawnSync(process.execPath, [CLI_ENTRY, 'upload', 'one.txt', 'notes/a.md', '--local'], {
      cwd: home.cwd,
      env: home.env,
      encoding: 'utf8',
      ...somebody,
    });
    expect(result.status).to.equal(1);
    expect(result.stderr).to.match(/one\.txt: permission denied/);
    expect(result.stdout).to.equal('a.md\n');
  });
});

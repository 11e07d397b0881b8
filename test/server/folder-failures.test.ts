import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createFolderStore } from '../../server/files/folder-store.ts';

const PROBE = fileURLToPath(new URL('../support/folder-probe.ts', import.meta.url));
const NODE = [process.execPath, '--import=tsx', PROBE];

/** Runs a shell script in mount and user namespaces of its own, so that it can mount without traces or rights. */
function runInNamespace(
  script: string,
  folder: string,
  action: string,
): { put: Outcome; keys: string[] } | undefined {
  const flags = process.geteuid?.() === 0 ? '-m' : '-rm';
  const run = spawnSync(
    'unshare',
    [flags, 'sh', '-ec', `${script}; exec "$@"`, 'sh', ...NODE, folder, action],
    {
      encoding: 'utf8',
      env: { ...process.env, FOLDER: folder },
    },
  );
  if (run.error || /unshare|mount/.test(run.stderr)) return undefined;
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

interface Outcome {
  value?: unknown;
  code?: string;
  message: string;
}

describe('the folder store, where the system says no', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-s3-no-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('says when the disk is full, and keeps the file as it was', function () {
    const script = 'mount -t tmpfs -o size=1m tmpfs "$FOLDER"; echo old > "$FOLDER/old.txt"';
    const result = runInNamespace(script, folder, 'put');
    if (!result) this.skip(); // No namespaces here: a full disk cannot be made.
    expect(result.put.code).to.equal('storage_full');
    expect(result.put.message).to.equal(
      'cannot store "old.txt": the disk is full. Free some space and try again',
    );
    expect(result.keys).to.deep.equal(['old.txt']);
  });

  it('says when the file system is read-only', function () {
    const script =
      'mount -t tmpfs tmpfs "$FOLDER"; echo old > "$FOLDER/old.txt"; mount -o remount,ro "$FOLDER"';
    const result = runInNamespace(script, folder, 'put');
    if (!result) this.skip();
    expect(result.put.code).to.equal('storage_failed');
    expect(result.put.message).to.contain('read-only file system');
    expect(result.keys).to.deep.equal(['old.txt']);
  });

  it('says what it has no permission for', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(join(folder, 'secret.txt'), '12345');
    await mkdir(join(folder, 'closed'));
    await writeFile(join(folder, 'closed/x'), '');
    await chmod(join(folder, 'secret.txt'), 0);
    await chmod(join(folder, 'closed'), 0);
    await chmod(folder, 0o555);
    const run = spawnSync(NODE[0]!, [...NODE.slice(1), folder, 'unprivileged'], { encoding: 'utf8' });
    await chmod(join(folder, 'closed'), 0o755);
    await chmod(folder, 0o755);
    const seen: Record<string, Outcome> = JSON.parse(run.stdout);
    const denied = 'permission denied: give the user that runs the server access to it';
    expect(seen.read).to.deep.equal({
      code: 'storage_failed',
      message: `cannot read "secret.txt": ${denied}`,
    });
    expect(seen.head).to.deep.equal({ value: 5 });
    expect(seen.put).to.deep.equal({ code: 'storage_failed', message: `cannot store "new.txt": ${denied}` });
    expect(seen.rolledUp).to.deep.equal({ value: ['secret.txt', 'closed/'] });
    expect(seen.all).to.deep.equal({
      code: 'storage_failed',
      message: `cannot list the folder "closed/": ${denied}`,
    });
  });

  it('shows nothing half-written after kill -9 in the middle of a put, and clears it up', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(join(folder, 'old.txt'), 'old');
    const child: ChildProcessWithoutNullStreams = spawn(NODE[0]!, [...NODE.slice(1), folder, 'endless']);
    await once(child.stdout, 'data');
    expect(await readdir(join(folder, '.mcp-s3/tmp'))).to.have.length(1);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await readFile(join(folder, 'old.txt'), 'utf8')).to.equal('old');
    expect(await readdir(join(folder, '.mcp-s3/tmp'))).to.have.length(1);
    const store = await createFolderStore({ folder, hidden: true });
    expect((await store.list()).files.map((file) => file.key)).to.deep.equal(['old.txt']);
    expect(await readdir(folder)).to.deep.equal(['old.txt']);
  });
});

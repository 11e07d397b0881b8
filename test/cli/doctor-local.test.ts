import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';

interface Check {
  id: string;
  state: string;
  cause?: string;
  says?: string;
  seen?: string;
  remedy?: string[];
}

describe('doctor --local', function () {
  this.timeout(60_000);
  let home: CliHome;
  let folder: string;
  let dev: RunningCli | undefined;
  beforeEach(async () => {
    home = await createCliHome();
    folder = join(home.cwd, 'notes');
    await mkdir(folder);
    await writeFile(join(folder, 'a.txt'), 'Rain fell.');
  });
  afterEach(async () => {
    await dev?.stop();
    dev = undefined;
    await removeCliHome(home);
  });

  async function look(...args: string[]) {
    const { code, stdout, stderr } = await runCli(['doctor', '--local', '--json', ...args], { home });
    expect(stderr).to.equal('');
    const { checks, fixed } = JSON.parse(stdout) as { checks: Check[]; fixed: object[] };
    const broken = checks.flatMap(({ state, cause }) => (state === 'broken' ? [cause] : []));
    return { code, checks, fixed, broken, of: (id: string) => checks.find((check) => check.id === id)! };
  }

  async function startDev(): Promise<string> {
    dev = startCli(['dev', '--folder', folder, '--port', '0'], { home });
    const [, url] = await dev.waitFor('stdout', /(http:\/\/127\.0\.0\.1:\d+)/).catch(() => [] as string[]);
    return url!;
  }
  const portFile = (port: number) =>
    writeFile(join(home.cwd, 'mcp-s3.json'), JSON.stringify({ stages: { dev: { port } } }));

  it('finds nothing on a machine where nothing was done yet, and makes nothing', async () => {
    await portFile(0);
    const { code, broken } = await look();
    expect(broken).to.deep.equal([]);
    expect(code).to.equal(0);
    expect(await stat(home.stateFolder).catch(({ code: reason }) => reason)).to.equal('ENOENT');
  });

  it('finds nothing where dev runs and a client is connected', async () => {
    const url = await startDev();
    await runCli(['connect', 'amazon-q', '--local', '--write'], { home });
    const { broken, of } = await look();
    expect(broken).to.deep.equal([]);
    expect(of('dev')).to.include({ state: 'good' });
    expect(of('dev').seen).to.include(url);
    expect(of('clients')).to.deep.include({ state: 'good', seen: 'Amazon Q Developer' });
  });

  it('finds a key, an address and a path that are not those of dev, and connect puts them right', async () => {
    const url = await startDev();
    const connect = () => runCli(['connect', 'amazon-q', '--local', '--write'], { home });
    await connect();
    const file = join(home.env.HOME!, '.aws', 'amazonq', 'mcp.json');
    const text = await readFile(file, 'utf8');
    const { value } = JSON.parse((await runCli(['key', 'show', '--local', '--json'], { home })).stdout);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = `http://127.0.0.1:${(other.address() as { port: number }).port}`;
    const causes: [string, string][] = [
      ['client-key', text.replace(value, 'x'.repeat(40))],
      ['client-url', text.replace('/mcp"', '/"')],
      ['client-elsewhere', text.replace(url, taken)],
      ['client-nobody-there', text.replace(url, 'http://127.0.0.1:1')],
    ];
    try {
      for (const [cause, changed] of causes) {
        expect(changed, cause).not.to.equal(text);
        await writeFile(file, changed);
        const { code, broken, of } = await look();
        expect(broken).to.deep.equal([cause]);
        expect(code).to.equal(1);
        expect(JSON.stringify(of('clients'))).not.to.include(value);
        await connect();
        expect((await look()).broken).to.deep.equal([]);
      }
      await writeFile(file, '{ "mcpServers": ');
      expect((await look()).broken).to.deep.equal(['client-file']);
    } finally {
      other.close();
    }
  });

  it('finds a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    await portFile((other.address() as { port: number }).port);
    expect((await look()).broken).to.deep.equal(['port-taken']);
    await new Promise((resolve) => other.close(resolve));
    expect((await look()).broken).to.deep.equal([]);
  });

  it('finds a folder that is gone, or is a file', async () => {
    await portFile(0);
    await runCli(['files', '--folder', folder], { home });
    await rm(folder, { recursive: true });
    expect((await look()).broken).to.deep.equal(['bucket-folder']);
    await writeFile(folder, 'a file');
    expect((await look()).broken).to.deep.equal(['bucket-folder']);
  });

  it('finds a file of keys that is corrupt', async () => {
    await startDev();
    await dev!.stop();
    await portFile(0);
    const state = await bucketState();
    await writeFile(join(state, 'keys.json'), '{');
    expect((await look()).broken).to.deep.equal(['keys-file']);
  });

  it('finds a dev that does not answer', async () => {
    await startDev();
    await dev!.stop();
    const note = { pid: process.pid, url: 'http://127.0.0.1:1', started_at: new Date().toISOString() };
    await writeFile(join(await bucketState(), 'dev.json'), JSON.stringify(note));
    const { broken, of } = await look();
    expect(broken).to.deep.equal(['dev-health']);
    expect(of('dev').remedy![0]).to.include(String(process.pid));
  });

  it('finds a state folder that others may enter, and --fix closes it', async function () {
    if (process.platform === 'win32') this.skip();
    await portFile(0);
    await runCli(['files', '--folder', folder], { home });
    await chmod(home.stateFolder, 0o755);
    expect((await look()).broken).to.deep.equal(['state-folder-open']);
    const { code, fixed } = await look('--fix');
    expect(code).to.equal(0);
    expect(fixed).to.have.lengthOf(1);
    expect((await stat(home.stateFolder)).mode & 0o777).to.equal(0o700);
  });

  it('finds a state folder that cannot be made', async () => {
    await writeFile(home.stateFolder, 'a file');
    expect((await look()).broken).to.deep.equal(['state-folder']);
  });

  async function bucketState(): Promise<string> {
    const { readdir } = await import('node:fs/promises');
    const names = await readdir(join(home.stateFolder, 'dev'));
    return join(home.stateFolder, 'dev', names.find((name) => /^notes-/.test(name))!);
  }
});

import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
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
import { CTRL_C, runInTerminal } from '../support/terminal.ts';

describe('dev', () => {
  let home: CliHome;
  let running: RunningCli | undefined;

  beforeEach(async () => {
    home = await createCliHome();
    await mkdir(join(home.cwd, 'notes'));
    await writeFile(
      join(home.cwd, 'notes/a.txt'),
      'The lighthouse keeper wrote down the weather every day for forty years.\n',
    );
    await writeFile(join(home.cwd, 'notes/.secret'), 'hidden\n');
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await removeCliHome(home);
  });

  async function start(...args: string[]) {
    running = startCli(['dev', 'notes', '--port', '0', '--json', ...args], { home });
    const [line] = await running.waitFor('stdout', /\{.*"listening".*\}\n/);
    return JSON.parse(line) as { url: string };
  }
  const run = (...args: string[]) => runCli(args, { home });
  const key = async () => (await run('key', 'show', '--local')).stdout.trim();

  it('serves the folder behind the gateway rules, and other commands find it', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/health`)).status).to.equal(403);
    const headers = { 'x-api-key': await key() };
    expect(await (await fetch(`${url}/health`, { headers })).json()).to.deep.equal({ status: 'healthy' });
    const { stdout } = await run('summarize', 'a.txt', '--local', '--json');
    expect(JSON.parse(stdout).summary).to.match(/lighthouse/);
    await running!.waitFor('stdout', /"event":"request".*"route":"\/summarize"/);
    expect(JSON.parse((await run('status', '--local', '--json')).stdout)).to.include({
      health: 'healthy',
      endpoint: url,
    });
    expect((await run('outputs', 'api_gateway_endpoint', '--local')).stdout).to.equal(`${url}\n`);
  });

  it('is remembered as the bucket of the stage after it has ended', async () => {
    await start();
    const { code } = await running!.stop();
    running = undefined;
    expect(code).to.equal(0);
    expect((await run('files', '--local')).stdout).to.equal('a.txt\n');
  });

  it('does not serve hidden files, unless asked', async () => {
    await start();
    const refused = await run('summarize', '.secret', '--local');
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(/no such file/);
    await running!.stop();
    await start('--hidden');
    expect((await run('files', '--local')).stdout.split('\n')).to.include('.secret');
  });

  it('offers to write only where that was allowed: by flag, environment or file, in this order', async () => {
    const tools = async (url: string): Promise<string[]> => {
      const response = await fetch(`${url}/mcp`, {
        method: 'POST',
        headers: {
          'x-api-key': await key(),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      // An event, or the message alone.
      const [message] = /\{.*\}/.exec(await response.text())!;
      const { result } = JSON.parse(message) as { result: { tools: { name: string }[] } };
      return result.tools.map(({ name }) => name);
    };
    expect(await tools((await start()).url))
      .to.include('read_files')
      .and.not.include('write_file');
    await running!.stop();
    expect(await tools((await start('--allow-writes')).url)).to.include('write_file');
    await running!.stop();
    await writeFile(join(home.cwd, 'mcp-s3.json'), '{"stages":{"dev":{"allowWrites":true}}}');
    expect(await tools((await start()).url)).to.include('write_file');
    await running!.stop();
    await writeFile(join(home.cwd, '.env'), 'MCP_S3_ALLOW_WRITES=0\n');
    expect(await tools((await start()).url)).to.not.include('write_file');
  });

  it('serves no file that a link or a climbing key leads out to', async () => {
    await writeFile(join(home.cwd, 'outside.txt'), 'outside');
    await symlink(join(home.cwd, 'outside.txt'), join(home.cwd, 'notes/link.txt'));
    const { url } = await start();
    const headers = { 'x-api-key': await key() };
    for (const name of ['link.txt', '../outside.txt', '/etc/hostname', '..%2foutside.txt']) {
      const { status } = await fetch(`${url}/file?key=${encodeURIComponent(name)}`, { headers });
      expect(status, name).to.equal(404);
    }
  });

  it('keeps to the prefixes', async () => {
    await mkdir(join(home.cwd, 'notes/docs'));
    await mkdir(join(home.cwd, 'notes/docs-evil'));
    for (const name of ['docs/in.txt', 'docs-evil/out.txt'])
      await writeFile(join(home.cwd, 'notes', name), 'x y z');
    await start('--prefixes', 'docs');
    expect((await run('files', '--local')).stdout).to.equal('docs/in.txt\n');
    expect((await run('summarize', 'docs-evil/out.txt', '--local')).code).to.equal(1);
  });

  it('refuses a second dev on one folder, naming the first', async () => {
    const { url } = await start();
    const second = await run('dev', 'notes', '--port', '0');
    expect(second.code).to.equal(1);
    expect(second.stderr)
      .to.contain(url)
      .and.to.match(/already/);
  });

  it('names a port that is taken, and how to choose another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await run('dev', 'notes', '--port', String(port));
    server.close();
    expect(code).to.equal(1);
    expect(stderr).to.contain(`port ${port}`).and.to.contain('--port');
  });

  it('refuses --no-auth on a public address', async () => {
    const { code, stderr } = await run('dev', 'notes', '--no-auth', '--host', '0.0.0.0');
    expect(code).to.equal(2);
    expect(stderr).to.match(/--no-auth/);
  });

  it('needs no key with --no-auth', async () => {
    const { url } = await start('--no-auth');
    expect((await fetch(`${url}/health`)).status).to.equal(200);
  });

  it('throttles and counts with the limits it is given', async () => {
    const { url } = await start('--rate-limit', '1', '--burst', '1', '--quota', '3');
    const headers = { 'x-api-key': await key() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(`${url}/health`, { headers })));
    expect(answers.map(({ status }) => status)).to.include.members([200, 429]);
    await running!.stop();
    const again = await start('--rate-limit', '0', '--quota', '3');
    const bodies = [];
    for (let index = 0; index < 4; index++)
      bodies.push(await (await fetch(`${again.url}/health`, { headers })).json());
    expect(bodies.at(-1)).to.deep.equal({ message: 'Limit Exceeded' });
  });

  it('shows key and snippet on a terminal, and the key nowhere else', async () => {
    const screen = await runInTerminal(['dev', 'notes', '--port', '0'], {
      home,
      input: [{ after: /Ctrl-C stops/, type: CTRL_C }],
    });
    expect(screen.code, screen.text).to.equal(0);
    const value = await key();
    expect(screen.text).to.contain(value).and.to.contain('"mcpServers"');
    running = startCli(['dev', 'notes', '--port', '0'], { home });
    await running.waitFor('stdout', /Ctrl-C stops/);
    const { stdout, stderr } = await running.stop();
    running = undefined;
    expect(stdout + stderr).not.to.contain(value);
  });

  it('says so when the folder is none', async () => {
    const missing = await run('dev', 'nowhere');
    expect(missing.code).to.equal(2);
    expect(missing.stderr).to.match(/nowhere.*no such file or folder/);
    const file = await run('dev', 'notes/a.txt');
    expect(file.code).to.equal(2);
    expect(file.stderr).to.match(/is a file, not a folder/);
    await mkdir(join(home.cwd, 'gone'));
    await run('files', '--folder', 'gone');
    await rm(join(home.cwd, 'gone'), { recursive: true });
    const gone = await run('files', '--local');
    expect(gone.code).to.equal(2);
    expect(gone.stderr).to.match(/local bucket of stage dev.*--folder/s);
  });
});

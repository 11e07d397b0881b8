import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { CLI_ENTRY, type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';

describe('wrong use and broken surroundings', () => {
  let home: CliHome;
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) => runCli(args, { home, env });

  beforeEach(async () => {
    home = await createCliHome();
    await writeFile(join(home.cwd, 'a.txt'), 'Rain fell on the harbour all through the night.');
  });
  afterEach(() => removeCliHome(home));

  const wrong: [string[], number, RegExp][] = [
    [['files', '--locl'], 2, /unknown flag --locl[\s\S]*did you mean --local/],
    [['fils', '--local'], 2, /no command "fils"[\s\S]*did you mean: mcp-s3 files/],
    [['summarize', '', '--local'], 2, /the key of the file is empty/],
    [['upload', 'a.txt', '', '--local'], 2, /the name of a file is empty/],
    [['upload', 'a.txt', '--key', '', '--local'], 2, /cannot store "": the file key is empty/],
    [['summarize', '--local'], 2, /summarize needs KEY \(key of a file/],
    [['files', '--limit', '0', '--local'], 2, /--limit 0 is too small: it is at least 1/],
    [['files', '--limit', 'x', '--local'], 2, /--limit "x" is no whole number/],
    [['files', '--limit', '2', '--all', '--local'], 2, /--all and --limit do not go together/],
    [['files', '--limit'], 2, /--limit needs a value/],
    [['files', 'a', 'b', '--local'], 2, /too many arguments: "b"/],
    [['alarms', '--since', '1d', '--local'], 2, /--since needs --history too/],
    [
      ['upload', 'a.txt', '--concurrency', '65', '--local'],
      2,
      /--concurrency 65 is too large: it is at most 64/,
    ],
    [
      ['summarize', 'a', '--style', 'haiku', '--local'],
      2,
      /"haiku" is unknown: choose paragraph, bullets or tldr/,
    ],
    [['completion', 'tcsh'], 2, /"tcsh" is unknown: choose bash, zsh or fish/],
    [['help', 'fils'], 2, /no command "fils"[\s\S]*did you mean: mcp-s3 files/],
    [
      ['upload', '/dev/zero', '--local'],
      1,
      /cannot upload \/dev\/zero: it is a device or a socket, and no file/,
    ],
    [['summarize', 'a.txt', '--max-words', '5', '--local'], 2, /10/],
    [['summarize', 'a.txt', '--max-words', '1500', '--local'], 2, /1000/],
    [
      ['summarize', 'a.txt', '--focus', 'f'.repeat(501), '--local'],
      2,
      /--focus has more than 500 characters/,
    ],
    [['files', '--local', '--endpoint', 'http://x.test'], 2, /--endpoint.*--local/],
    [['dev', '', '--port', '0'], 2, /the name of the folder is empty/],
    [['files', '--folder', ''], 2, /--folder is empty/],
    [['ask', 'hi', '--model', ''], 2, /--model is empty/],
    [['files', '--stage', 'Prod', '--local'], 2, /"Prod" is no stage/],
    [['files', '--stage', 'x-bootstrap', '--local'], 2, /is no stage/],
    [['files', '--endpoint', 'nonsense'], 2, /is no URL/],
    [['files'], 2, /--local/],
    [['logs', '--endpoint', 'http://127.0.0.1:9'], 3, /needs more than a URL and a key/],
    [
      ['files', '--endpoint', 'http://127.0.0.1:9'],
      5,
      /cannot reach http:\/\/127\.0\.0\.1:9: nothing listens there/,
    ],
  ];
  for (const [args, exit, message] of wrong) {
    it(`${args.join(' ')} exits ${exit}, as text and as JSON`, async () => {
      const text = await run(args);
      expect(text.code, text.stderr).to.equal(exit);
      expect(text.stderr).to.match(message);
      expect(text.stdout).to.equal('');
      const json = await run([...args, '--json']);
      expect(json.code, json.stdout).to.equal(exit);
      const { error } = JSON.parse(json.stdout);
      expect([error.message, ...error.suggestions].join('\n')).to.match(message);
      expect(json.stderr).to.equal('');
    });
  }

  it('names an unknown field of mcp-s3.json, and the known ones', async () => {
    await writeFile(join(home.cwd, 'mcp-s3.json'), '{"stages":{"dev":{"locale":true}}}');
    const { code, stderr } = await run(['files']);
    expect(code).to.equal(2);
    expect(stderr)
      .to.match(/unknown field "stages\.dev\.locale"/)
      .and.to.match(/local, folder, endpoint/);
  });

  it('takes flags before environment before .env before mcp-s3.json', async () => {
    for (const name of ['flag', 'env', 'dotenv', 'file']) {
      await mkdir(join(home.cwd, name));
      await writeFile(join(home.cwd, name, `${name}.txt`), name);
    }
    await writeFile(join(home.cwd, 'mcp-s3.json'), '{"stages":{"dev":{"local":true,"folder":"file"}}}');
    expect((await run(['files'])).stdout).to.equal('file.txt\n');
    await writeFile(join(home.cwd, '.env'), 'MCP_S3_FOLDER=dotenv\n');
    expect((await run(['files'])).stdout).to.equal('dotenv.txt\n');
    expect((await run(['files'], { MCP_S3_FOLDER: 'env' })).stdout).to.equal('env.txt\n');
    expect((await run(['files', '--folder', 'flag'], { MCP_S3_FOLDER: 'env' })).stdout).to.equal(
      'flag.txt\n',
    );
  });

  it('leaves a corrupt state file alone and says which', async () => {
    await run(['key', 'show', '--local']);
    const { stdout } = await run(['outputs', 'state_folder', '--local']);
    const file = join(stdout.trim(), 'keys.json');
    await writeFile(file, '{"keys": [');
    const { code, stderr } = await run(['summarize', 'a.txt', '--upload', '--local']);
    expect(code).to.equal(1);
    expect(stderr)
      .to.contain(file)
      .and.to.match(/corrupt/);
    expect((await run(['destroy', '--local', '--confirm', 'dev'])).code).to.equal(0);
    expect((await run(['summarize', 'a.txt', '--upload', '--local'])).code).to.equal(0);
  });

  it('says what to do where there is no home folder to write to', async () => {
    const { code, stderr } = await runCli(['files', '--local'], {
      home,
      env: { MCP_S3_STATE_DIR: '', HOME: '/dev/null/nobody', XDG_STATE_HOME: '' },
    });
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/state folder/)
      .and.to.contain('MCP_S3_STATE_DIR');
  });

  it('works in a working folder that cannot be written to', async function () {
    if (process.platform === 'win32') this.skip();
    await chmod(home.cwd, 0o555);
    const { code, stdout } = await run(['summarize', 'a.txt', '--upload', '--local']);
    await chmod(home.cwd, 0o755);
    expect(code).to.equal(0);
    expect(stdout).to.match(/Rain/);
  });

  it('lets overlapping commands lose nothing of keys and counts', async () => {
    await run(['upload', 'a.txt', '--local']);
    const names = ['one', 'two', 'three', 'four'];
    const results = await Promise.all([
      ...names.map((name) => run(['key', 'create', name, '--local'])),
      ...names.map(() => run(['files', '--local'])),
    ]);
    expect(
      results.map(({ code, stderr }) => `${code} ${stderr}`).filter((line) => !line.startsWith('0')),
    ).to.deep.equal([]);
    const list = JSON.parse((await run(['key', 'list', '--local', '--json'])).stdout);
    expect(list.keys.map(({ name }: { name: string }) => name)).to.include.members(['default', ...names]);
    const status = JSON.parse((await run(['status', '--local', '--json'])).stdout);
    expect(status.requests_today).to.equal(4);
  });

  it('refuses a wrong key with exit 3', async () => {
    const dev = startCli(['dev', '--port', '0', '--json'], { home });
    const [, url] = await dev.waitFor('stdout', /"url":"([^"]+)"/);
    const refused = await run(['files', '--endpoint', url!], { MCP_S3_API_KEY: 'wrong-key-wrong-key-wrong' });
    const key = (await run(['key', 'show', '--local'])).stdout.trim();
    const accepted = await run(['status', '--endpoint', url!, '--json'], { MCP_S3_API_KEY: key });
    await dev.stop();
    expect(refused.code).to.equal(3);
    expect(refused.stderr)
      .to.match(/API key/)
      .and.to.contain('MCP_S3_API_KEY');
    expect(JSON.parse(accepted.stdout)).to.include({ target: 'endpoint', health: 'healthy' });
  });

  it('names a proxy that refuses', async () => {
    const proxy = await startConnectProxy(() => 'http://127.0.0.1:1');
    proxy.refusal = 407;
    try {
      const args = ['files', '--endpoint', 'http://service.invalid'];
      const { code, stderr } = await runCli(args, { home, env: { HTTP_PROXY: proxy.url } });
      expect(code).to.equal(5);
      expect(stderr).to.equal(
        'Error: cannot reach http://service.invalid: the proxy that HTTPS_PROXY or HTTP_PROXY names refuses the connection\n' +
          '  → check the address, the network and the proxy (HTTPS_PROXY, NO_PROXY)\n',
      );
      expect(proxy.asked).to.deep.equal(['service.invalid:80']);
    } finally {
      await proxy.close();
    }
  });

  it('says what answers is no service of ours', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_, answer) => answer.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await run(['files', '--endpoint', `http://127.0.0.1:${port}`]);
    server.close();
    expect(code).to.equal(1);
    expect(stderr).to.match(/no mcp-s3 service/);
  });

  /** Runs `files --all` on a folder with more names than a pipe holds, through a shell's pipe. */
  async function listInto(reader: string) {
    await mkdir(join(home.cwd, 'many'));
    const names = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(200)}-${index}`);
    for (const name of names) await writeFile(join(home.cwd, 'many', name), 'x');
    const line = `"${process.execPath}" "${CLI_ENTRY}" files --all --folder many | ${reader}`;
    const shell = spawn('sh', ['-c', line], { cwd: home.cwd, env: home.env });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      shell[name].setEncoding('utf8').on('data', (piece: string) => {
        output[name] += piece;
      });
    }
    const code = await new Promise((resolve) => shell.once('close', resolve));
    return { code, ...output };
  }

  it('ends quietly when the reader of its output goes', async function () {
    if (process.platform === 'win32') this.skip();
    const { code, stdout, stderr } = await listInto('head -1');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^n+-0\n$/);
    expect(stderr).not.to.match(/EPIPE|Error/);
  });

  it('waits for a slow reader and loses nothing', async function () {
    if (process.platform === 'win32') this.skip();
    const { stdout } = await listInto('(sleep 1; cat)');
    expect(stdout.split('\n')).to.have.length(1001);
  });
});

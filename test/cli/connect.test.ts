import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const URL = 'https://abc.example/v1';
const KEY = 'a-key-that-nobody-may-see-0123456789';
/** How a client's file names a value without holding it. */
const reference = (name: string) => `\${${name}}`;
const WINDOWS = process.platform === 'win32';

describe('mcp-s3 connect', function () {
  this.timeout(60_000);
  let home: CliHome;
  let person: string;

  beforeEach(async () => {
    home = await createCliHome();
    person = home.env.HOME!;
    delete home.env.XDG_CONFIG_HOME;
  });
  afterEach(() => removeCliHome(home));

  const connect = (...args: string[]) =>
    runCli(['connect', ...args], { home, env: { MCP_S3_ENDPOINT: URL, MCP_S3_API_KEY: KEY } });
  const inProject = (name: string) => join(home.cwd, name);
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

  it('lists the clients without a target', async () => {
    const { code, stdout } = await runCli(['connect', '--json'], { home });
    const { clients } = JSON.parse(stdout);
    expect([code, clients.map(({ name }: { name: string }) => name)]).to.deep.equal([
      0,
      ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'kiro', 'amazon-q', 'generic'],
    ]);
    expect((await runCli(['connect'], { home })).stdout).to.match(/vscode\s+VS Code\s+HTTP\s+\S+mcp\.json/);
  });

  const HTTP: Record<string, object> = {
    'claude-code': {
      mcpServers: {
        'mcp-s3': { type: 'http', url: `${URL}/mcp`, headers: { 'x-api-key': reference('MCP_S3_API_KEY') } },
      },
    },
    cursor: {
      mcpServers: {
        'mcp-s3': { url: `${URL}/mcp`, headers: { 'x-api-key': reference('env:MCP_S3_API_KEY') } },
      },
    },
    vscode: {
      inputs: [
        { type: 'promptString', id: 'mcp-s3-api-key', description: 'API key of mcp-s3', password: true },
      ],
      servers: {
        'mcp-s3': {
          type: 'http',
          url: `${URL}/mcp`,
          headers: { 'x-api-key': reference('input:mcp-s3-api-key') },
        },
      },
    },
    kiro: {
      mcpServers: { 'mcp-s3': { url: `${URL}/mcp`, headers: { 'x-api-key': reference('MCP_S3_API_KEY') } } },
    },
    'amazon-q': {
      mcpServers: {
        'mcp-s3': {
          type: 'http',
          url: `${URL}/mcp`,
          headers: { 'x-api-key': reference('env:MCP_S3_API_KEY') },
        },
      },
    },
    generic: {
      mcpServers: {
        'mcp-s3': { type: 'http', url: `${URL}/mcp`, headers: { 'x-api-key': reference('MCP_S3_API_KEY') } },
      },
    },
  };
  for (const [client, configuration] of Object.entries(HTTP)) {
    it(`prints what ${client} takes, without the key`, async () => {
      const { code, stdout, stderr } = await connect(client);
      expect([code, JSON.parse(stdout)]).to.deep.equal([0, configuration]);
      expect(stdout + stderr).not.to.include(KEY);
    });
  }

  it('prints the key on a terminal as little as in a pipe', async () => {
    const env = { MCP_S3_ENDPOINT: URL, MCP_S3_API_KEY: KEY };
    const { text, code } = await runInTerminal(['connect', 'claude-desktop'], {
      home: { ...home, env: { ...home.env, ...env } },
    });
    expect(code).to.equal(0);
    expect(text).to.include('bridge').and.not.include(KEY);
  });

  it('gives the bridge to who asks for it, and to who needs it', async () => {
    const { mcpServers } = JSON.parse((await connect('claude-code', '--stdio')).stdout);
    expect(mcpServers['mcp-s3']).to.deep.equal({
      type: 'stdio',
      command: 'mcp-s3',
      args: ['bridge', '--endpoint', URL],
      env: { MCP_S3_API_KEY: reference('MCP_S3_API_KEY') },
    });
    const env = { MCP_S3_ENDPOINT: URL, MCP_S3_API_KEY: KEY, PATH: home.cwd };
    const byName = await runCli(['connect', 'claude-code', '--stdio'], { home, env });
    expect(byName.stderr).to.include('the PATH does not lead to').and.include('npm install --global');
    expect((await runCli(['connect', 'claude-desktop'], { home, env })).stderr).not.to.include('PATH');
    const vscode = JSON.parse((await connect('vscode', '--stdio')).stdout);
    expect(vscode.inputs).to.have.lengthOf(1);
    const desktop = JSON.parse((await connect('claude-desktop')).stdout).mcpServers['mcp-s3'];
    expect(desktop.command).to.equal(process.execPath);
    expect(desktop.args.slice(1)).to.deep.equal(['bridge', '--endpoint', URL]);
  });

  it('needs no key for a folder, which the client serves itself while no dev runs', async () => {
    await mkdir(join(home.cwd, 'notes'));
    const local = async (...more: string[]) =>
      JSON.parse((await runCli(['connect', 'cursor', '--json', ...more], { home })).stdout);
    const { configuration, environment } = await local('--folder', 'notes', '--stage', 'lab');
    expect(configuration.mcpServers['mcp-s3-lab']).to.deep.equal({
      type: 'stdio',
      command: 'mcp-s3',
      args: ['bridge', '--local', '--folder', join(home.cwd, 'notes'), '--stage', 'lab'],
    });
    expect(environment).to.deep.equal([]);
    const dev = startCli(['dev', 'notes', '--port', '0'], { home });
    try {
      const [, url] = await dev.waitFor('stdout', /MCP\s+(http:\S+)/);
      await dev.waitFor('stdout', /Ctrl-C stops/);
      expect((await local('--local')).configuration.mcpServers['mcp-s3'].url).to.equal(url);
      expect((await local('--local', '--stdio')).transport).to.equal('stdio');
    } finally {
      await dev.stop();
    }
  });

  describe('--write', () => {
    const PROJECT = { 'claude-code': '.mcp.json', cursor: '.cursor/mcp.json', vscode: '.vscode/mcp.json' };
    for (const [client, file] of Object.entries(PROJECT)) {
      it(`puts ${client} into ${file}, without the key, once`, async () => {
        const first = await connect(client, '--write');
        expect([first.code, first.stdout]).to.deep.equal([0, `Wrote ${inProject(file)}\n`]);
        expect(await read(inProject(file))).to.deep.equal(HTTP[client]);
        const again = await connect(client, '--write', '--json');
        expect([again.code, JSON.parse(again.stdout).status]).to.deep.equal([0, 'unchanged']);
        expect(first.stderr + again.stdout + (await readFile(inProject(file), 'utf8'))).not.to.include(KEY);
        expect(
          (await readdir(join(inProject(file), '..'))).filter((name) => name.includes('mcp.json')),
        ).to.have.lengthOf(1);
      });
    }

    const USER = { kiro: '.kiro/settings/mcp.json', 'amazon-q': '.aws/amazonq/mcp.json' };
    for (const [client, file] of Object.entries(USER)) {
      it(`puts ${client} into the person's ${file}, with the key, for the owner alone`, async () => {
        const { code, stdout, stderr } = await connect(client, '--write', '--json');
        const path = join(person, file);
        expect([code, JSON.parse(stdout).file]).to.deep.equal([0, path]);
        expect((await read(path)).mcpServers['mcp-s3'].headers).to.deep.equal({ 'x-api-key': KEY });
        if (!WINDOWS) expect((await stat(path)).mode & 0o777).to.equal(0o600);
        expect(stdout + stderr).not.to.include(KEY);
      });
    }

    it('starts the bridge from Claude Desktop, with the key in its environment', async () => {
      const { stdout } = await connect('claude-desktop', '--write', '--json');
      const entry = (await read(JSON.parse(stdout).file)).mcpServers['mcp-s3'];
      expect(entry.env).to.deep.equal({ MCP_S3_API_KEY: KEY });
      const handshake = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;
      const { code, stderr } = await runCli(entry.args.slice(1).slice(0, 1).concat('--local'), {
        home,
        stdin: handshake,
      });
      expect([code, stderr]).to.deep.equal([0, 'Serving the private local bucket of stage dev.\n']);
    });

    it('keeps what is in the file, and a copy of it', async () => {
      const before = '{\n  // mine\n  "mcpServers": {\n    "other": { "command": "x" }, // stays\n  },\n}\n';
      await writeFile(inProject('.mcp.json'), before, { mode: 0o640 });
      const { stdout } = await connect('claude-code', '--write', '--json');
      const { backup } = JSON.parse(stdout);
      expect(await readFile(backup, 'utf8')).to.equal(before);
      const after = await readFile(inProject('.mcp.json'), 'utf8');
      expect(after).to.include('// mine').and.include('"other": { "command": "x" },').and.include('// stays');
      if (!WINDOWS) expect((await stat(inProject('.mcp.json'))).mode & 0o777).to.equal(0o640);
    });

    it('takes a file that holds the key from others', async function () {
      if (WINDOWS) this.skip();
      const file = join(person, '.kiro/settings/mcp.json');
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, '{}', { mode: 0o644 });
      const { backup } = JSON.parse((await connect('kiro', '--write', '--json')).stdout);
      expect([(await stat(file)).mode & 0o777, (await stat(backup)).mode & 0o777]).to.deep.equal([
        0o600, 0o600,
      ]);
    });

    it('leaves a broken file as it is', async () => {
      await writeFile(inProject('.mcp.json'), '{\n  "mcpServers": {\n');
      const { code, stderr } = await connect('claude-code', '--write');
      expect(code).to.equal(2);
      expect(stderr).to.match(/cannot add to .*\.mcp\.json: line 3 is no JSON.*nothing was changed/s);
      expect(await readdir(home.cwd)).to.deep.equal(['.mcp.json']);
    });

    it('follows no link, neither of the file nor out of the project', async function () {
      if (WINDOWS) this.skip();
      await writeFile(join(person, 'elsewhere.json'), '{}');
      await symlink(join(person, 'elsewhere.json'), inProject('.mcp.json'));
      const linked = await connect('claude-code', '--write');
      expect([linked.code, linked.stderr]).to.satisfy(
        ([code, text]: [number, string]) => code === 2 && /is a link to/.test(text),
      );
      await symlink(person, inProject('.cursor'));
      const outside = await connect('cursor', '--write');
      expect(outside.code).to.equal(2);
      expect(outside.stderr).to.include('out of the project');
      expect(await readFile(join(person, 'elsewhere.json'), 'utf8')).to.equal('{}');
      expect((await lstat(inProject('.mcp.json'))).isSymbolicLink()).to.equal(true);
      expect(await readdir(person)).to.deep.equal(['elsewhere.json']);
    });

    it('says so where it may not write', async function () {
      if (WINDOWS || process.getuid?.() === 0) this.skip();
      await chmod(home.cwd, 0o500);
      const { code, stderr } = await connect('claude-code', '--write');
      await chmod(home.cwd, 0o700);
      expect(code).to.equal(1);
      expect(stderr).to.include('permission denied');
    });

    it('needs the key for a file that holds it', async () => {
      const { code, stderr } = await runCli(['connect', 'kiro', '--write', '--endpoint', URL], { home });
      expect(code).to.equal(3);
      expect(stderr).to.include('MCP_S3_API_KEY is not set');
      expect(await readdir(person)).to.deep.equal([]);
    });
  });

  it('names the clients it knows to who asks for another', async () => {
    const { code, stderr } = await connect('cursr');
    expect(code).to.equal(2);
    expect(stderr).to.match(/did you mean cursor\?.*claude-code, claude-desktop/s);
    const json = await connect('emacs', '--json');
    expect([json.code, JSON.parse(json.stdout).error.code]).to.deep.equal([2, 'unknown_client']);
    for (const args of [['generic', '--write'], ['--write']])
      expect((await connect(...args)).code).to.equal(2);
  });
});

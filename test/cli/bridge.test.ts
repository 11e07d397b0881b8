import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client as NewClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as NewTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'chai';
import {
  CLI_ENTRY,
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';

const INFO = { name: 'test', version: '1' };

interface TestClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

type Spawn = { command: string; args: string[]; env: Record<string, string>; cwd: string; stderr: 'pipe' };

const CLIENTS: Record<string, (spawn: Spawn) => Promise<TestClient>> = {
  '2025-11-25 (sdk 1)': async (spawn) => {
    const client = new OldClient(INFO);
    await client.connect(new OldTransport(spawn));
    return client as TestClient;
  },
  '2026-07-28 (client 2)': async (spawn) => {
    const client = new NewClient(INFO, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new NewTransport(spawn));
    return client as TestClient;
  },
};

describe('mcp-s3 bridge', function () {
  this.timeout(60_000);
  let home: CliHome;
  let dev: RunningCli | undefined;
  const clients: TestClient[] = [];

  beforeEach(async () => {
    home = await createCliHome();
    await mkdir(join(home.cwd, 'notes'));
    await writeFile(join(home.cwd, 'notes', 'a.txt'), 'first\nsecond\n');
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await dev?.stop();
    dev = undefined;
    await removeCliHome(home);
  });

  async function startDev(): Promise<{ url: string; key: string }> {
    dev = startCli(['dev', 'notes', '--port', '0'], { home });
    const [, url] = await dev.waitFor('stdout', /REST\s+(http:\S+)/);
    await dev.waitFor('stdout', /Ctrl-C stops/);
    const { stdout } = await runCli(['key', 'show', '--local'], { home });
    return { url: url!, key: stdout.trim() };
  }
  async function connect(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<TestClient> {
    const client = await CLIENTS[name]!({
      command: process.execPath,
      args: [CLI_ENTRY, 'bridge', ...args],
      env: { ...home.env, ...env } as Record<string, string>,
      cwd: home.cwd,
      stderr: 'pipe',
    });
    clients.push(client);
    return client;
  }
  async function useAll(client: TestClient): Promise<void> {
    expect((await client.listTools()).tools.map(({ name }) => name)).to.include.members([
      'list_files',
      'read_file',
    ]);
    expect(client.getInstructions()).to.include('notes');
    const read = (file_key: string) => client.callTool({ name: 'read_file', arguments: { file_key } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => read('a.txt')));
    for (const answer of answers) {
      expect(answer).to.have.nested.property('content[0].text', 'first\nsecond\n');
      expect(answer).not.to.have.property('isError', true);
    }
    expect(await read('b.txt')).to.have.property('isError', true);
    const unknown = await client.callTool({ name: 'nope', arguments: {} }).catch((error) => error);
    expect(unknown).to.have.property('code', -32602);
  }

  for (const name of Object.keys(CLIENTS)) {
    it(`serves the folder itself to ${name}, without limits, and logs it`, async () => {
      const client = await connect(name, ['--local', '--folder', 'notes']);
      await useAll(client);
      await client.close();
      const { stdout } = await runCli(['logs', '--local', '--json'], { home });
      expect(stdout.split('\n').filter((line) => line.includes('"read_file"'))).to.have.lengthOf.at.least(41);
    });

    it(`forwards ${name} to a running dev, at its default limits`, async () => {
      const { url, key } = await startDev();
      await useAll(await connect(name, ['--endpoint', url], { MCP_S3_API_KEY: key }));
    });
  }

  it('uses the dev that serves the bucket, with the key it has', async () => {
    await startDev();
    const client = await connect('2025-11-25 (sdk 1)', ['--local']);
    await client.listTools();
    await dev!.waitFor('stdout', /tools\/list/);
  });

  it('tells a client in words of a wrong key, and goes on', async () => {
    const { url } = await startDev();
    const request = (id: number) => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`;
    const { code, stdout, stderr } = await runCli(['bridge', '--endpoint', url], {
      home,
      stdin: request(1) + request(2),
    });
    const answers = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(answers.map(({ id, error }) => [id, error.data.code])).to.have.deep.members([
      [1, 'forbidden'],
      [2, 'forbidden'],
    ]);
    expect([code, answers[0].error.message]).to.deep.equal([0, answers[1].error.message]);
    expect(stderr).to.include('MCP_S3_API_KEY is not set');
  });

  const QUICK = ['2025-11-25', '2026-07-28'];
  for (const generation of QUICK) {
    it(`gives the same answer with and without the library (${generation})`, async () => {
      const stateless = generation === '2026-07-28';
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': generation,
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': INFO,
      };
      const envelope = stateless ? { _meta } : {};
      const hello = stateless
        ? { method: 'tools/list', params: envelope }
        : {
            method: 'initialize',
            params: { protocolVersion: generation, capabilities: {}, clientInfo: INFO },
          };
      // A progress token is what the quick way leaves to the library.
      const slow = { _meta: { ...(stateless ? _meta : {}), progressToken: 1 } };
      const calls = ['a.txt', 'missing.txt', ''].flatMap((file_key) =>
        ['read_file', 'file_info'].map((name) => ({ name, arguments: { file_key } })),
      );
      const bridge = startCli(['bridge', '--local', '--folder', 'notes'], { home });
      const tell = (message: object) =>
        bridge.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      tell({ id: 'hello', ...hello });
      await bridge.waitFor('stdout', /"hello"/);
      calls.forEach((params, index) => {
        tell({ id: `quick-${index}`, method: 'tools/call', params: { ...params, ...envelope } });
        tell({ id: `whole-${index}`, method: 'tools/call', params: { ...params, ...slow } });
      });
      bridge.child.stdin.end();
      const { stdout, code } = await bridge.ended;
      expect(code).to.equal(0);
      const answers = new Map(
        stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
          .map((each) => [each.id, each]),
      );
      calls.forEach((call, index) => {
        const { id: _, ...quick } = answers.get(`quick-${index}`);
        const { id: __, ...whole } = answers.get(`whole-${index}`);
        // The failures name the connection, which is one here.
        expect(JSON.stringify(quick), JSON.stringify(call)).to.equal(JSON.stringify(whole));
      });
    });
  }

  it('ends cleanly on Ctrl-C and on SIGTERM, and writes nothing but the protocol', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const bridge = startCli(['bridge', '--local', '--folder', 'notes'], { home });
      await bridge.waitFor('stderr', /Serving/);
      const { code, stdout } = await bridge.stop(signal);
      expect([code, stdout]).to.deep.equal([0, '']);
    }
  });

  it('says what is wrong before it starts', async () => {
    const json = await runCli(['bridge', '--local', '--json'], { home });
    expect(json.code).to.equal(2);
    expect(json.stdout).to.include('no --json');
    const missing = await runCli(['bridge', '--folder', 'nowhere'], { home });
    expect([missing.code, missing.stdout]).to.deep.equal([2, '']);
    expect(missing.stderr).to.include('nowhere');
  });
});

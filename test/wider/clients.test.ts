import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'chai';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';

/**
 * Clients that others wrote, against the built `mcp-s3 dev` with its key and its default limits. The lane installs
 * them and says where they are:
 *
 *   MCP_S3_TEST_CLIENTS={"node":…,"inspector":…,"mcpRemote":…,"supergateway":…,"python1":…,"python2":…}
 */
const given = process.env.MCP_S3_TEST_CLIENTS;
if (given === undefined) throw new Error('MCP_S3_TEST_CLIENTS is not set: run the lane "clients"');
const programs = JSON.parse(given) as Record<
  'node' | 'inspector' | 'mcpRemote' | 'supergateway' | 'python1' | 'python2',
  string
>;

const run = promisify(execFile);
const PYTHON_CLIENT = path.join(import.meta.dirname, '../support/python_client.py');
const TEXT = 'Ünïcode line\nsecond line\n';
const TOOLS = ['list_files', 'read_file', 'read_files', 'search_files', 'file_info', 'summarize_file'];

describe('clients of others', function () {
  this.timeout(120_000);
  let home: CliHome;
  let dev: RunningCli;
  let url: string;
  let key: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    home = await createCliHome();
    await mkdir(path.join(home.cwd, 'notes'));
    await writeFile(path.join(home.cwd, 'notes/a b.txt'), TEXT);
    dev = startCli(['dev', 'notes', '--port', '0', '--json'], { home });
    const [line] = await dev.waitFor('stdout', /\{.*"listening".*\}\n/);
    url = `${JSON.parse(line).url}/mcp`;
    key = (await runCli(['key', 'show', '--local'], { home })).stdout.trim();
    // A home of their own: they keep catalogues and logins there. And the Node they need.
    env = { ...home.env, PATH: `${path.dirname(programs.node)}${path.delimiter}${home.env.PATH}` };
  });
  after(async () => {
    const { stdout } = await dev.stop();
    await removeCliHome(home);
    const requests = stdout.split('\n').filter((line) => line.includes('"route":"/mcp"'));
    const statuses = new Set(requests.map((line) => JSON.parse(line).status));
    // 202 for notifications, 405 for the old generation's GET; at the default limits nobody had to wait.
    expect([...statuses].filter((status) => ![200, 202, 405].includes(status))).to.deep.equal([]);
    expect(requests.length).to.be.greaterThan(50);
  });

  for (const era of ['legacy', 'modern']) {
    describe(`MCP Inspector's command line, --protocol-era ${era}`, () => {
      const inspect = async (...args: string[]) => {
        const common = ['--cli', url, '--protocol-era', era, '--header', `x-api-key: ${key}`];
        const all = [programs.inspector, ...common, ...args];
        return JSON.parse((await run(programs.node, all, { env, cwd: home.cwd })).stdout);
      };

      it('lists the tools and finds nothing to complain about in their schemas', async () => {
        const { tools } = await inspect('--method', 'tools/list', '--strict');
        expect(tools.map(({ name }: { name: string }) => name)).to.deep.equal(TOOLS);
      });

      it('calls tools with arguments of its own making', async () => {
        const args = ['--tool-name', 'read_file', '--tool-arg', 'file_key=a b.txt', 'from_line=2'];
        const { content } = await inspect('--method', 'tools/call', ...args);
        expect(content[0]).to.deep.equal({ type: 'text', text: 'second line\n' });
      });

      it('summarizes', async () => {
        const json = ['--tool-args-json', '{"file_key":"a b.txt"}'];
        const { content } = await inspect('--method', 'tools/call', '--tool-name', 'summarize_file', ...json);
        expect(content[0].text).to.match(/line/);
      });

      it('reads resources and prompts', async () => {
        const { resources } = await inspect('--method', 'resources/list');
        expect(resources[0].uri).to.equal('s3://notes/a%20b.txt');
        const { contents } = await inspect('--method', 'resources/read', '--uri', resources[0].uri);
        expect(contents[0].text).to.equal(TEXT);
        const named = ['--prompt-name', 'summarize-file', '--prompt-args', 'file_key=a b.txt'];
        const { messages } = await inspect('--method', 'prompts/get', ...named);
        expect(messages[0].content.text).to.include('a b.txt');
      });
    });
  }

  const forwarders = {
    'mcp-remote': () => [programs.mcpRemote, url, '--transport', 'http-only', '--header', `x-api-key:${key}`],
    supergateway: () => [
      programs.supergateway,
      '--streamableHttp',
      url,
      '--logLevel',
      'none',
      '--header',
      `x-api-key: ${key}`,
    ],
  };
  for (const [name, args] of Object.entries(forwarders)) {
    it(`${name} brings the server to a client of stdio`, async () => {
      const client = new Client({ name: 'test', version: '1' });
      const transport = new StdioClientTransport({
        command: programs.node,
        args: args(),
        env: env as Record<string, string>,
        cwd: home.cwd,
        stderr: 'ignore',
      });
      await client.connect(transport as Parameters<Client['connect']>[0]);
      try {
        const { tools } = await client.listTools();
        expect(tools.map((tool) => tool.name)).to.deep.equal(TOOLS);
        const call = { name: 'read_file', arguments: { file_key: 'a b.txt' } };
        const { content } = (await client.callTool(call)) as { content: object[] };
        expect(content[0]).to.deep.equal({ type: 'text', text: TEXT });
        const missing = await client.callTool({ name: 'read_file', arguments: { file_key: 'a c.txt' } });
        expect(missing.isError).to.equal(true);
      } finally {
        await client.close();
      }
    });
  }

  for (const [mode, python, version] of [
    ['session', 'python1', '2025-11-25'],
    ['legacy', 'python2', '2025-11-25'],
    ['auto', 'python2', '2026-07-28'],
  ] as const) {
    it(`the Python client of ${python.replace('python', 'mcp ')}, ${mode}, works in ${version}`, async () => {
      const args = [PYTHON_CLIENT, url, key, 'a b.txt', mode];
      const { stdout } = await run(programs[python], args, { env });
      expect(JSON.parse(stdout)).to.deep.equal({
        version,
        tools: TOOLS,
        resources: ['s3://notes/a%20b.txt'],
        prompts: ['summarize-file', 'compare-files', 'find-in-files'],
        texts: [TEXT, 'Lines 1 to 2 of 2. This is the end of the file.'],
        resource: TEXT,
      });
    });
  }
});

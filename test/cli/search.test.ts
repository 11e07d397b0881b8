import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, startCli } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';

/** The thread that searches is a file of its own: each build must find it. */
describe('the built search thread', () => {
  let home: CliHome;
  let end: () => unknown = () => undefined;

  beforeEach(async () => {
    home = await createCliHome();
    await mkdir(join(home.cwd, 'notes'));
    await writeFile(join(home.cwd, 'notes/a.txt'), 'hay\nneedle 12\n');
  });
  afterEach(async () => {
    await end();
    await removeCliHome(home);
  });

  async function searched(url: string): Promise<unknown> {
    const client = new Client({ name: 'test', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL('/mcp', url));
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const { structuredContent } = await client.callTool({
      name: 'search_files',
      arguments: { pattern: 'needle \\d+', mode: 'regex' },
    });
    await client.close();
    return structuredContent;
  }
  const FOUND = {
    files: [{ file_key: 'a.txt', matches: [{ line: 2, text: 'needle 12' }] }],
    searched_files: 1,
    searched_bytes: 14,
    complete: true,
  };

  it('is found by the command line', async () => {
    const running = startCli(['dev', 'notes', '--port', '0', '--json', '--no-auth'], { home });
    end = () => running.stop();
    const [line] = await running.waitFor('stdout', /\{.*"listening".*\}\n/);
    expect(await searched((JSON.parse(line!) as { url: string }).url)).to.deep.equal(FOUND);
  });

  it("is found by the container's server", async () => {
    const env = {
      ...home.env,
      MCP_S3_FOLDER: join(home.cwd, 'notes'),
      MCP_S3_PORT: '0',
      MCP_S3_HOST: '127.0.0.1',
    };
    const child = spawn(process.execPath, [join(ROOT, 'dist/server/main.js')], { env });
    end = () => child.kill('SIGKILL');
    expect(await searched(await listening(child))).to.deep.equal(FOUND);
  });
});

function listening(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      said += chunk;
      const url = /listens on (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(said)));
  });
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getMcpConfigForManifest, unpackExtension, v0_3 } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';

const exec = promisify(execFile);

describe('the bundle for desktop clients', function () {
  this.timeout(120_000);
  let home: CliHome;
  let out: string;
  let unpacked: string;

  before(async () => {
    home = await createCliHome();
    out = join(home.root, 'out');
    unpacked = join(home.root, 'unpacked');
    const script = join(ROOT, 'scripts/bundle-mcpb.mjs');
    await exec(process.execPath, [script, '--out', out, '--owner', 'ann'], { env: home.env });
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const mcpbPath = join(out, `mcp-s3-${version}.mcpb`);
    expect(await unpackExtension({ mcpbPath, outputDir: unpacked, silent: true })).to.equal(true);
    await mkdir(join(home.root, 'notes'));
    await writeFile(join(home.root, 'notes', 'a.txt'), 'hello\n');
  });
  after(() => removeCliHome(home));

  /** How a client starts it, by the format's own reading of the manifest. */
  async function started(userConfig: Record<string, string>) {
    const manifest = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8'));
    const config = await getMcpConfigForManifest({
      manifest,
      extensionPath: unpacked,
      systemDirs: { HOME: homedir() },
      userConfig,
      pathSeparator: '/',
    });
    expect(config!.command).to.equal('node');
    return { args: config!.args!, env: { ...home.env, ...config!.env } as Record<string, string> };
  }

  it('serves a folder, and lists the tools that it says it has', async () => {
    const { args, env } = await started({ folder: join(home.root, 'notes') });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, env, cwd: home.cwd, stderr: 'ignore' }),
    );
    try {
      const { tools } = await client.listTools();
      const manifest = v0_3.McpbManifestSchema.parse(
        JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8')),
      );
      expect(tools.map(({ name }) => name)).to.include('read_file');
      expect(manifest.tools!.map(({ name }) => name)).to.deep.equal(tools.map(({ name }) => name));
      expect(manifest.user_config!.api_key).to.have.property('sensitive', true);
      const answer = await client.callTool({ name: 'read_file', arguments: { file_key: 'a.txt' } });
      expect(answer).to.have.nested.property('content[0].text', 'hello\n');
    } finally {
      await client.close();
    }
  });

  for (const [what, config] of Object.entries({
    'neither endpoint nor folder': {},
    both: { endpoint: 'https://x.example/v1', folder: '/tmp' },
  })) {
    it(`says what to set when the person gave ${what}`, async () => {
      const { args, env } = await started(config as Record<string, string>);
      const { code, stderr, stdout } = await exec(process.execPath, args, { env }).catch((error) => error);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.include("in the extension's settings");
    });
  }

  it('makes the registry entry with the sum of the bundle', async () => {
    const { name, packages } = JSON.parse(await readFile(join(out, 'server.json'), 'utf8'));
    expect(name).to.equal('io.github.ann/mcp-s3');
    const bundle = await readFile(join(out, packages[1].identifier.split('/').at(-1)));
    expect(packages[1].fileSha256).to.equal(createHash('sha256').update(bundle).digest('hex'));
  });
});

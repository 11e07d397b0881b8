import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readContext } from '../../src/image/build-context.ts';
import { type CliHome, createCliHome, removeCliHome } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';

const exec = promisify(execFile);
const PRODUCT = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));

/** What may be in the package, and nothing else. */
const ALLOWED =
  /^(package\.json|README\.md|LICENSE|Dockerfile|\.dockerignore|oclif\.manifest\.json|bin\/(run\.js|package\.json)|dist\/.+\.(js|txt)|dist\/templates\.json|templates\/.+|examples\/.+)$/;
const NEEDED = [
  'package.json',
  'LICENSE',
  'Dockerfile',
  '.dockerignore',
  'oclif.manifest.json',
  'bin/run.js',
  'bin/package.json',
  'dist/cli.js',
  'dist/help.txt',
  'dist/THIRD-PARTY-LICENSES.txt',
  'dist/server/main.js',
];

/** Runs npm without its lifecycle scripts, so that the built dist/ is what is packed. */
async function npm(args: string[], cwd: string): Promise<string> {
  const npmCli = process.env.npm_execpath;
  const [command, ...first] = npmCli?.endsWith('.js') ? [process.execPath, npmCli] : ['npm'];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { stdout } = await exec(command!, [...first, ...args, ...quiet], {
    cwd,
    shell: process.platform === 'win32' && command === 'npm',
  });
  return stdout;
}

describe('the published package', function () {
  this.timeout(180_000);
  let folder: string;
  let home: CliHome;
  let files: string[];

  const installed = (...words: string[]) =>
    exec(process.execPath, [path.join(folder, 'node_modules/mcp-s3/bin/run.js'), ...words], {
      cwd: home.cwd,
      env: home.env,
    });

  before(async () => {
    home = await createCliHome();
    folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-package-'));
    const [packed] = JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], ROOT));
    files = packed.files.map((file: { path: string }) => file.path);
    await npm(['install', `./${packed.filename}`], folder);
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await removeCliHome(home);
  });

  it('holds what it needs and nothing of the tests', () => {
    expect(files).to.include.members(NEEDED);
    expect(files.filter((file) => !ALLOWED.test(file))).to.deep.equal([]);
  });

  it('tells nothing of the folder that it was built in', async () => {
    const text = files.filter((file) => file.startsWith('dist/') || file === 'oclif.manifest.json');
    const contents = await Promise.all(
      text.map((file) => readFile(path.join(folder, 'node_modules/mcp-s3', file), 'utf8')),
    );
    expect(text.filter((_, index) => contents[index]!.includes(ROOT))).to.deep.equal([]);
  });

  it('answers --version', async () => {
    const { stdout } = await installed('--version');
    expect(stdout).to.equal(
      `mcp-s3/${PRODUCT.version} ${process.platform}-${process.arch} node-${process.version}\n`,
    );
  });

  it('prints its help', async () => {
    const { stdout } = await installed('--help');
    expect(stdout).to.include('$ mcp-s3 COMMAND [FLAGS]').and.include('summarize');
  });

  it("judges its template without AWS's validator, which nobody installed, and says so", async () => {
    const { stdout } = await installed('template', '--check');
    expect(stdout.split('\n').slice(0, -1)).to.deep.equal([
      'No problem found',
      'Checked by the rules of mcp-s3.',
      "Not checked by AWS's validator (@aws/cloudformation-validate): it is not installed.",
    ]);
  });

  it('summarizes a file of this machine', async () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) =>
        `On day ${n} the harbour master counted ${n + 3} boats and wrote the number into the green book.`,
    );
    await writeFile(path.join(home.cwd, 'harbour.txt'), lines.join('\n\n'));
    const { stdout } = await installed('summarize', 'harbour.txt', '--upload', '--local', '--json');
    const { file_key, summary } = JSON.parse(stdout);
    expect(file_key).to.equal('harbour.txt');
    expect(summary).to.include('harbour master');
  });

  it('builds the same image as the checkout', async () => {
    const { hash } = await readContext(path.join(folder, 'node_modules/mcp-s3'));
    expect(hash).to.equal((await readContext(ROOT)).hash);
  });

  it('has a server that runs from what the image takes', async () => {
    // The Dockerfile's COPY lines, without node_modules beside them.
    const app = path.join(folder, 'app');
    await mkdir(app);
    for (const part of ['package.json', 'dist/server']) {
      await cp(path.join(folder, 'node_modules/mcp-s3', part), path.join(app, part), { recursive: true });
    }
    const server = spawn(process.execPath, ['dist/server/main.js'], {
      cwd: app,
      env: { ...home.env, MCP_S3_FOLDER: home.cwd, MCP_S3_HOST: '127.0.0.1', MCP_S3_PORT: '0' },
    });
    const ended = once(server, 'exit');
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let said = '';
        server.stderr.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          const match = /listens on (\S+)/.exec(said);
          if (match) resolve(match[1]!);
        });
        void ended.then(([code]) => reject(new Error(`ended with ${code}: ${said}`)));
      });
      const answer = await fetch(new URL('/health', url));
      expect(await answer.json()).to.deep.equal({ status: 'healthy' });
    } finally {
      server.kill('SIGKILL');
      await ended;
    }
  });
});

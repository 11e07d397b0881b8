import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { CLI_ENTRY, runCli } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';

const exec = promisify(execFile);

/** What oclif itself prints, without the fast path of the entry. */
async function throughOclif(...args: string[]): Promise<string> {
  const cli = pathToFileURL(path.join(ROOT, 'dist/cli.js')).href;
  const script = `import { main } from ${JSON.stringify(cli)};
    await main(${JSON.stringify(args)}, ${JSON.stringify(ROOT)});`;
  const env = { ...process.env, NO_COLOR: '1' };
  const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { env });
  return stdout;
}

describe('the entry', () => {
  for (const flag of ['--version', '-v']) {
    it(`answers ${flag} as oclif does`, async () => {
      const { code, stdout } = await runCli([flag]);
      expect(stdout).to.equal(await throughOclif('--version'));
      expect(code).to.equal(0);
    });
  }

  for (const args of [[], ['--help'], ['-h'], ['help']]) {
    it(`answers ${args.join(' ') || 'no arguments'} with the help that oclif prints`, async () => {
      const { code, stdout } = await runCli(args);
      expect(stdout.trimEnd()).to.equal((await throughOclif('--help')).trimEnd());
      expect(code).to.equal(0);
    });
  }

  it('lists every command by what it is for', async () => {
    const { stdout } = await runCli(['--help']);
    const { commands } = JSON.parse(await readFile(path.join(ROOT, 'oclif.manifest.json'), 'utf8'));
    const names = Object.keys(commands).map((id) => id.split(':')[0]!);
    for (const name of names) expect(stdout).to.match(new RegExp(`^  ${name}  `, 'm'));
    expect(stdout).not.to.match(/^MORE$/m);
  });

  it('takes `help COMMAND` for `COMMAND --help`', async () => {
    const { stdout } = await runCli(['help', 'files']);
    expect(stdout).to.include('$ mcp-s3 files');
    expect(stdout).to.equal((await runCli(['files', '--help'])).stdout);
  });

  it('says which Node it needs', async () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.18.9'})";
    const failure = await exec(process.execPath, ['--import', old, CLI_ENTRY, 'files']).catch(
      (error) => error,
    );
    expect(failure.code).to.equal(2);
    expect(failure.stderr).to.equal('mcp-s3 needs Node.js 20.19 or later; this is 20.18.9\n');
  });

  it('says what to do where it is not built', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-entry-'));
    try {
      await cp(path.join(ROOT, 'bin'), path.join(folder, 'bin'), { recursive: true });
      await cp(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
      for (const word of ['files', '--help']) {
        const run = exec(process.execPath, [path.join(folder, 'bin/run.js'), word]);
        const failure = await run.catch((error) => error);
        expect(failure.code).to.equal(2);
        expect(failure.stderr).to.equal('mcp-s3 is not built yet: run `npm run build` in its folder\n');
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  for (const args of [['--help'], ['files', '--help']]) {
    it(`ends quietly when nobody reads ${args.join(' ')}`, async () => {
      const child = spawn(process.execPath, [CLI_ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const [code] = await once(child, 'close');
      expect(stderr).to.equal('');
      expect(code).to.equal(0);
    });
  }
});

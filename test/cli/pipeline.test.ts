import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse } from 'yaml';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';
import { runInTerminal } from '../support/terminal.ts';

describe('pipeline init', () => {
  let home: CliHome;
  beforeEach(async () => {
    home = await createCliHome();
    await promisify(execFile)('git', ['init', '-q', home.cwd]);
  });
  afterEach(() => removeCliHome(home));

  const init = (args: string[] = [], cwd = home.cwd) =>
    runCli(['pipeline', 'init', '--region', 'eu-central-1', ...args], { home, cwd });
  const workflow = async (stage = 'dev') =>
    await readFile(path.join(home.cwd, `.github/workflows/mcp-s3-${stage}.yml`), 'utf8');

  it('writes a workflow for the choices, and the template of its roles', async () => {
    const { code, stdout, stderr } = await init([
      '--stage',
      'prod',
      '--branch',
      'release/1',
      '--platform',
      'linux/amd64',
    ]);
    expect(code, stderr).to.equal(0);
    expect(stdout.split('\n').map((line) => line.replace(`${home.cwd}${path.sep}`, ''))).to.deep.equal([
      `Wrote ${path.join('.github', 'workflows', 'mcp-s3-prod.yml')}`,
      'Wrote mcp-s3-github-oidc.yaml',
      '',
    ]);
    const text = await workflow('prod');
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const { on, jobs, env } = parse(text);
    expect(on.push.branches).to.deep.equal(['release/1']);
    expect(env).to.deep.equal({ MCP_S3_STAGE: 'prod' });
    expect(jobs.deploy.if).to.include("github.ref_name == 'release/1' && vars.MCP_S3_PROD_ROLE_ARN");
    expect(jobs.deploy.steps.at(-2).run)
      .to.match(/^npx --yes mcp-s3@\S+ deploy --verify --platform linux\/amd64 /)
      .and.include(`@${version} `);
    expect(text).not.to.match(/<[A-Z]+>|undefined/);
    expect(await readFile(path.join(home.cwd, 'mcp-s3-github-oidc.yaml'), 'utf8')).to.equal(
      await readFile(path.join(ROOT, 'templates/github-oidc.yaml'), 'utf8'),
    );
  });

  it('gives tokens and rights only to the jobs that need them', async () => {
    await init();
    const { permissions, jobs, on } = parse(await workflow());
    expect(permissions).to.deep.equal({});
    expect(on).to.have.keys('push', 'pull_request', 'workflow_dispatch');
    expect(jobs.plan.permissions).to.deep.equal({ contents: 'read', 'id-token': 'write' });
    expect(jobs.deploy.permissions).to.deep.equal({ contents: 'read', 'id-token': 'write' });
    expect(jobs.comment.permissions).to.deep.equal({ 'pull-requests': 'write' });
    const uses = Object.values<{ steps: { uses?: string }[] }>(jobs).flatMap(({ steps }) =>
      steps.flatMap(({ uses: action }) => action ?? []),
    );
    expect(uses.length).to.equal(6);
    for (const action of uses) expect(action).to.match(/^[a-z/-]+@[0-9a-f]{40}$/);
  });

  it('uses the same actions as the repository of mcp-s3', async () => {
    await init();
    const pins = (text: string) => new Set(text.match(/[a-z/-]+@[0-9a-f]{40} # v\S+/g));
    const ours = pins(await readFile(path.join(ROOT, '.github/workflows/ci-cd.yml'), 'utf8'));
    for (const pin of pins(await workflow())) expect([...ours]).to.include(pin);
  });

  it('replaces nothing without being told to', async () => {
    await init();
    const file = path.join(home.cwd, '.github/workflows/mcp-s3-dev.yml');
    await writeFile(file, 'mine');
    const { code, stderr } = await init(['--branch', 'other']);
    expect(code).to.equal(2);
    expect(stderr).to.include('is there and would be replaced').and.include('--force');
    expect(await workflow()).to.equal('mine');
    expect((await init(['--force'])).code).to.equal(0);
    expect(await workflow()).to.include('name: mcp-s3 dev');
  });

  for (const [answer, code] of [
    ['y', 0],
    ['', 4],
  ] as const) {
    it(`asks on a terminal, and ends with ${code} at ${JSON.stringify(answer)}`, async () => {
      await init();
      const args = ['pipeline', 'init', '--region', 'eu-central-1', '--branch', 'other'];
      const input = [{ after: /Replace .*\[y\/N\]/s, type: `${answer}\r` }];
      const screen = await runInTerminal(args, { home, input });
      expect(screen.code, screen.text).to.equal(code);
      expect(parse(await workflow()).on.push.branches).to.deep.equal([code === 0 ? 'other' : 'main']);
    });
  }

  it('has nothing to do the second time', async () => {
    await init();
    const { code, stdout } = await init(['--json']);
    expect(code).to.equal(0);
    expect(JSON.parse(stdout).files.map(({ status }: { status: string }) => status)).to.deep.equal([
      'unchanged',
      'unchanged',
    ]);
  });

  it('writes into the top folder of the repository, and deploys from the folder that it ran in', async () => {
    const folder = path.join(home.cwd, 'infra', 'mcp');
    await mkdir(folder, { recursive: true });
    expect((await init([], folder)).code).to.equal(0);
    const { on, jobs } = parse(await workflow());
    expect(on.push.paths).to.include('infra/mcp/mcp-s3.json');
    expect(jobs.deploy.steps.at(-2)['working-directory']).to.equal('./infra/mcp/');
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('says what is left, for the repository where origin leads', async () => {
    await promisify(execFile)('git', [
      '-C',
      home.cwd,
      'remote',
      'add',
      'origin',
      'git@github.com:octo/files.git',
    ]);
    const { stdout } = await init(['--json']);
    const { repository, next } = JSON.parse(stdout);
    expect(repository).to.equal('octo/files');
    const commands = next.map(({ command }: { command: string }) => command).join('\n');
    expect(commands).to.include('Stage=dev Repository=octo/files Branch=main');
    expect(commands).to.include('gh variable set MCP_S3_DEV_ROLE_ARN --repo octo/files');
  });

  for (const args of [
    ['--branch', "main' || true"],
    ['--repository', 'files'],
    ['--local'],
    ['--region', 'x"y'],
  ]) {
    it(`refuses ${args.join(' ')}, and writes nothing`, async () => {
      const { code, stderr } = await init(args);
      expect(code, stderr).to.equal(2);
      expect(await readdir(home.cwd)).to.deep.equal(['.git']);
    });
  }
});

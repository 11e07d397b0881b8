import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

/** What is refused without any account. Nothing listens where AWS would be, so whoever asks it is seen to. */
const NOWHERE = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_MAX_ATTEMPTS: '1',
};

describe('deploy without an account', () => {
  let home: CliHome;
  const deploy = (args: string[], env: NodeJS.ProcessEnv = NOWHERE) =>
    runCli(['deploy', ...args], { home, env });
  beforeEach(async () => {
    home = await createCliHome();
  });
  afterEach(() => removeCliHome(home));

  const wrong: [string[], RegExp][] = [
    [['--email', 'nobody'], /--email "nobody" is no e-mail address/],
    [['--schedule', 'cron(0 7 * * MON *)'], /is no cron expression of AWS: .*both given/],
    [['--min-tasks', '5', '--max-tasks', '4'], /--min-tasks 5 is above --max-tasks 4/],
    [['--spot-percent', '101'], /--spot-percent "101" is no whole number from 0 to 100/],
    [['--stage', 'Prod'], /"Prod" is no stage/],
    [['--stage', 'x-bootstrap'], /is no stage/],
    [['--platform', 'windows/amd64'], /choose linux\/arm64 or linux\/amd64/],
    [['--reset', 'emal'], /did you mean --reset email/],
    [['--bogus'], /unknown flag --bogus/],
    [['--local'], /works in an AWS account[\s\S]*mcp-s3 dev/],
    [['--endpoint', 'http://127.0.0.1:9'], /works in an AWS account/],
  ];
  for (const [args, message] of wrong) {
    it(`${args.join(' ')} is wrong usage, and AWS is not asked`, async () => {
      const { code, stdout, stderr } = await deploy(args);
      expect(code, stderr).to.equal(2);
      expect(stderr).to.match(message).and.not.to.include('cannot reach');
      expect(stdout).to.equal('');
    });
  }

  it('tells a wrong value as JSON too', async () => {
    const { code, stdout, stderr } = await deploy(['--quota', 'many', '--json']);
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: '' });
    expect(JSON.parse(stdout).error).to.deep.equal({
      code: 'usage',
      message: '--quota "many" is no whole number from 1 to 100000000',
      suggestions: ['on AWS there is always a quota'],
    });
  });

  it('reads settings from mcp-s3.json and names the field that is wrong', async () => {
    const config = { stages: { dev: { minTasks: 5, maxTasks: 4 }, prod: { email: 'nobody' } } };
    await writeFile(join(home.cwd, 'mcp-s3.json'), JSON.stringify(config));
    expect((await deploy([])).stderr).to.include('--min-tasks 5 is above --max-tasks 4');
    const prod = await deploy(['--stage', 'prod']);
    expect(prod.code).to.equal(2);
    expect(prod.stderr).to.include('mcp-s3.json, "email" "nobody" is no e-mail address');
  });

  it('needs credentials: exit 3 with how to get them', async () => {
    const { code, stderr } = await deploy([], { AWS_REGION: 'eu-central-1' });
    expect(code).to.equal(3);
    expect(stderr).to.match(/no AWS credentials[\s\S]*aws sso login/);
  });

  it('needs a region: exit 2', async () => {
    const { AWS_REGION: _, ...env } = NOWHERE;
    const { code, stderr } = await deploy([], env);
    expect(code).to.equal(2);
    expect(stderr).to.match(/no AWS region is set[\s\S]*--region/);
  });

  it('says so where AWS cannot be reached: exit 5', async () => {
    const { code, stderr } = await deploy([]);
    expect(code).to.equal(5);
    expect(stderr).to.include('cannot reach AWS: nothing listens there');
  });
});

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { environmentFor, startKnownStage } from '../support/aws/known-stage.ts';
import type { AwsProxy } from '../support/aws/proxy.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

/** What goes wrong before and while AWS is asked, as a person meets it. A command that only looks stands for all. */
describe('trouble with AWS', function () {
  this.timeout(60_000);
  let home: CliHome;
  let aws: AwsProxy;
  const run = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const result = await runCli(args, { home, env: { ...environmentFor(aws), ...env } });
    expect(result.stdout).to.equal('');
    return result;
  };
  beforeEach(async () => {
    home = await createCliHome();
    await writeFile(join(home.cwd, 'a.txt'), 'text');
    aws = await startKnownStage({
      outputs: {
        S3BucketName: 'bucket',
        LogGroupName: '/ecs/mcp-dev-task',
        ApiGatewayEndpoint: 'http://x/v1',
      },
    });
  });
  afterEach(async () => {
    await aws.close();
    await removeCliHome(home);
  });
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

  it('without credentials names every way to give some', async () => {
    for (const command of [['status'], ['upload', 'a.txt'], ['key', 'list'], ['files']]) {
      const { code, stderr } = await run(command, none);
      expect(code, command.join(' ')).to.equal(3);
      expect(stderr).to.include('there are no AWS credentials');
      for (const way of ['--profile NAME', 'aws sso login', 'AWS_ACCESS_KEY_ID'])
        expect(stderr).to.include(way);
    }
    expect(aws.calls).to.deep.equal([]);
    const { error } = JSON.parse(
      (await runCli(['status', '--json'], { home, env: { ...environmentFor(aws), ...none } })).stdout,
    );
    expect(error).to.have.property('code', 'no_credentials');
  });

  it('with an SSO session that has expired says the exact command', async () => {
    const config = join(home.root, 'config');
    await writeFile(
      config,
      [
        '[profile work]',
        'sso_session = corp',
        'sso_account_id = 123456789012',
        'sso_role_name = Developer',
        'region = eu-central-1',
        '[sso-session corp]',
        'sso_start_url = https://corp.example.com/start',
        'sso_region = eu-central-1',
      ].join('\n'),
    );
    const { HOME } = home.env;
    await mkdir(join(HOME!, '.aws/sso/cache'), { recursive: true });
    const token = {
      accessToken: 'x',
      expiresAt: '2020-01-01T00:00:00Z',
      startUrl: 'https://corp.example.com/start',
    };
    const name = createHash('sha1').update('corp').digest('hex');
    await writeFile(join(HOME!, `.aws/sso/cache/${name}.json`), JSON.stringify(token));
    const env = { ...none, AWS_CONFIG_FILE: config };
    const { code, stderr } = await run(['status', '--profile', 'work'], env);
    expect(code).to.equal(3);
    expect(stderr).to.include('the SSO session has expired');
    expect(stderr).to.include('run: aws sso login --profile work\n');
    const missing = await run(['status', '--profile', 'nobody'], env);
    expect(missing.code).to.equal(3);
    expect(missing.stderr).to.include('nobody').and.to.include('aws configure list-profiles');
  });

  it('with a profile beside keys uses the profile, and says so where only the environment names it', async () => {
    const credentials = join(home.root, 'credentials');
    await writeFile(credentials, '[work]\naws_access_key_id = of-work\naws_secret_access_key = x\n');
    const env = { ...environmentFor(aws), AWS_SHARED_CREDENTIALS_FILE: credentials };
    const named = await runCli(['outputs', 'region', '--profile', 'work'], { home, env });
    expect(named).to.include({ code: 0, stderr: '' });
    const found = await runCli(['outputs', 'region'], { home, env: { ...env, AWS_PROFILE: 'work' } });
    expect(found.code).to.equal(0);
    expect(found.stderr).to.equal(
      'Warning: AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: the profile work is used.\n',
    );
    expect(new Set(aws.calls.map(({ accessKeyId }) => accessKeyId))).to.deep.equal(new Set(['of-work']));
  });

  it('with keys that have expired or are unknown says so', async () => {
    for (const [code, words] of [
      ['ExpiredToken', 'the AWS credentials have expired'],
      ['InvalidClientTokenId', 'AWS does not accept these credentials'],
    ] as const) {
      const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
      const rule = aws.rig({
        action: 'cloudformation:DescribeStacks',
        do: { status: 403, headers: { 'content-type': 'text/xml' }, body },
      });
      const { code: exit, stderr } = await run(['outputs']);
      rule.remove();
      expect(exit, code).to.equal(3);
      expect(stderr).to.include(words);
    }
  });

  it('is asked under a domain of its own, where the environment names one', async () => {
    const env = { ...environmentFor(aws), MCP_S3_API_URL: 'https://files.example.com/v1/' };
    const { stdout } = await runCli(['outputs', 'mcp_endpoint'], { home, env });
    expect(stdout).to.equal('https://files.example.com/v1/mcp\n');
  });

  it('in no region, a region that is none, and one without the stage', async () => {
    const nowhere = await run(['outputs'], { AWS_REGION: '' });
    expect(nowhere.code).to.equal(2);
    expect(nowhere.stderr).to.include('no AWS region is set').and.to.include('--region');
    const wrong = await run(['outputs', '--region', 'Frankfurt am Main']);
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.include('is no AWS region');
    aws.rig({
      action: 'cloudformation:DescribeStacks',
      do: {
        status: 400,
        headers: { 'content-type': 'text/xml' },
        body: '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id mcp-dev does not exist</Message></Error></ErrorResponse>',
      },
    });
    const other = await run(['outputs', '--region', 'us-east-1']);
    expect(other.code).to.equal(1);
    expect(other.stderr).to.include('stage dev is not deployed in us-east-1');
  });

  it('names the action that is denied', async () => {
    aws.rig({ action: /^logs:/, do: 'deny' });
    const logs = await run(['logs']);
    expect(logs.code).to.equal(3);
    expect(logs.stderr).to.include('logs:FilterLogEvents').and.to.include('docs/permissions');
    aws.rig({ action: /^s3:/, do: 'deny' });
    const upload = await run(['upload', 'a.txt']);
    expect(upload.code).to.equal(3);
    expect(upload.stderr).to.match(
      /^Error: cannot store "a.txt": these credentials may not do s3:PutObject\n {2}→ allow s3:PutObject;/m,
    );
    aws.rig({ action: /^cloudformation:/, do: 'deny' });
    const outputs = await run(['outputs']);
    expect(outputs.code).to.equal(3);
    expect(outputs.stderr).to.include('cloudformation:DescribeStacks');
  });

  it('ends an upload of one file with its own failure, and of several with 1 and each file by name', async () => {
    aws.rig({ action: /^s3:/, do: 'deny' });
    await writeFile(join(home.cwd, 'b.txt'), 'text');
    const json = async (...files: string[]) => {
      const { code, stdout } = await runCli(['upload', ...files, '--json'], {
        home,
        env: environmentFor(aws),
      });
      return { code, answer: JSON.parse(stdout) };
    };
    const one = await json('a.txt');
    expect(one.code).to.equal(3);
    expect(one.answer).to.have.all.keys('error');
    expect(one.answer.error).to.have.property('code', 'access_denied');
    const two = await json('a.txt', 'b.txt');
    expect(two.code).to.equal(1);
    expect(two.answer).to.include({ uploaded: 0, failed: 2 });
    expect(two.answer.results.map(({ error }: { error: { code: string } }) => error.code)).to.deep.equal([
      'access_denied',
      'access_denied',
    ]);
    const { code, stderr } = await run(['upload', 'a.txt', 'b.txt']);
    expect(code).to.equal(1);
    for (const name of ['a.txt', 'b.txt']) expect(stderr).to.include(`Error: cannot store "${name}": these`);
    expect(stderr.match(/→ allow s3:PutObject/g), 'the remedy, once').to.have.length(1);
  });

  it('that is busy is asked again, and in the end reported as busy', async () => {
    aws.rig({ action: 'cloudformation:DescribeStacks', do: 'throttle', times: 1 });
    expect((await runCli(['outputs', 's3_bucket_name'], { home, env: environmentFor(aws) })).stdout).to.equal(
      'bucket\n',
    );
    aws.rig({ action: 'cloudformation:DescribeStacks', do: 'throttle' });
    const { code, stderr } = await run(['outputs']);
    expect(code).to.equal(5);
    expect(stderr).to.match(/asked too often/);
  });

  it('that goes away in the middle is named, and nothing looks stored', async () => {
    aws.rig({ action: /^s3:/, do: 'cut' });
    const upload = await run(['upload', 'a.txt']);
    expect(upload.code).to.equal(1);
    expect(upload.stderr)
      .to.include('a.txt')
      .and.to.match(/connection/);
    aws.rig({ action: /^logs:/, do: 'cut' });
    const logs = await run(['logs']);
    expect(logs.code).to.equal(5);
    expect(logs.stderr).to.include('CloudWatch Logs');
    aws.rig({ action: /^cloudformation:/, do: 'cut' });
    const outputs = await run(['outputs']);
    expect(outputs.code).to.equal(5);
    expect(outputs.stderr).to.include('cannot reach CloudFormation');
  });
});

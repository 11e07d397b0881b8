import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { queryResult } from '../support/aws/fault.ts';
import { environmentFor, startKnownStage } from '../support/aws/known-stage.ts';
import type { AwsProxy } from '../support/aws/proxy.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

const DEVICE = 'arn:aws:iam::123456789012:mfa/ann';

/** A profile whose role is assumed with the keys of another, and one that asks for the code of a device. */
const CONFIG = `
[profile base]
aws_access_key_id = of-base
aws_secret_access_key = x
[profile team]
role_arn = arn:aws:iam::123456789012:role/team
source_profile = base
region = eu-central-1
[profile guarded]
role_arn = arn:aws:iam::123456789012:role/guarded
source_profile = base
mfa_serial = ${DEVICE}
region = eu-central-1
`;

describe('roles of AWS profiles', () => {
  let home: CliHome;
  let aws: AwsProxy;
  let env: NodeJS.ProcessEnv;
  /** What STS was asked, as it was sent. */
  let assumed: URLSearchParams[];

  beforeEach(async () => {
    home = await createCliHome();
    aws = await startKnownStage({ outputs: { S3BucketName: 'bucket', ApiGatewayEndpoint: 'http://x/v1' } });
    assumed = [];
    aws.rig({
      action: 'sts:AssumeRole',
      do: (call) => {
        assumed.push(new URLSearchParams(call.body));
        const keys = '<AccessKeyId>of-role</AccessKeyId><SecretAccessKey>y</SecretAccessKey>';
        const session = '<SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>';
        return queryResult(call, `<Credentials>${keys}${session}</Credentials>`);
      },
    });
    const file = join(home.root, 'config');
    await writeFile(file, CONFIG);
    env = {
      ...environmentFor(aws),
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_REGION: '',
      AWS_CONFIG_FILE: file,
    };
  });
  afterEach(async () => {
    await aws.close();
    await removeCliHome(home);
  });
  const askers = () => new Set(aws.calls.map(({ action, accessKeyId }) => `${action} ${accessKeyId}`));

  it('are assumed, once for all calls, with the keys that the profile names', async () => {
    const { code, stdout, stderr } = await runCli(['outputs', 's3_bucket_name', '--profile', 'team'], {
      home,
      env,
    });
    expect({ code, stdout }, stderr).to.deep.equal({ code: 0, stdout: 'bucket\n' });
    expect(assumed.map((asked) => asked.get('RoleArn'))).to.deep.equal([
      'arn:aws:iam::123456789012:role/team',
    ]);
    expect(askers()).to.deep.equal(
      new Set(['sts:AssumeRole of-base', 'cloudformation:DescribeStacks of-role']),
    );
  });

  it('that want the code of a device ask the person for it', async () => {
    const input = [{ after: /MFA code of .*mfa\/ann: $/, type: '123456\r' }];
    const { code, text } = await runInTerminal(['outputs', 's3_bucket_name', '--profile', 'guarded'], {
      home,
      env,
      columns: 120,
      input,
    });
    expect(code, text).to.equal(0);
    expect(text).to.match(/\nbucket\n$/);
    expect(assumed.map((asked) => [asked.get('SerialNumber'), asked.get('TokenCode')])).to.deep.equal([
      [DEVICE, '123456'],
    ]);
  });

  it('that want a code say so where nobody can be asked', async () => {
    const { code, stderr } = await runCli(['outputs', '--profile', 'guarded'], { home, env });
    expect(code).to.equal(3);
    expect(stderr).to.include(`the profile asks for the MFA code of ${DEVICE}`).and.to.include('terminal');
    expect(assumed).to.deep.equal([]);
  });
});

import {
  CloudFormationClient,
  CreateChangeSetCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { createUser } from '../support/aws/identities.ts';
import { appWith, createSmallStage, createStack, stackStatus } from '../support/aws/small-stage.ts';
import { fillBucket, left } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';

/** Calls that change something. */
const CHANGES = /:(Delete|Abort|Disable|Put|Update|Create|Batch|Deregister|PATCH|DELETE|POST)/;

const TOPIC = 'Resources:\n  Topic: { Type: AWS::SNS::Topic }\n';

describe('destroy on AWS touches nothing', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let home: CliHome;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
  });
  after(async () => {
    await emulator.close();
    await removeCliHome(home);
  });
  beforeEach(() => emulator.proxy.reset());
  afterEach(() => expect(emulator.proxy.count(CHANGES)).to.equal(0));

  const run = async (stage: string, ...args: string[]) => {
    const all = ['destroy', '--stage', stage, '--confirm', stage, '--json', ...args];
    const { code, stdout } = await runCli(all, { home, env: emulator.env() });
    return { code, ...JSON.parse(stdout) };
  };
  const cloudFormation = () => emulator.client(CloudFormationClient);

  it("where the stack of that name is somebody else's", async () => {
    await createStack(emulator, 'mcp-foreign', undefined, TOPIC);
    const { code, error } = await run('foreign');
    expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'not_ours' });
    expect(error.message).to.include('mcp-foreign').and.include('mcp-s3:stage');
  });

  it("where the bootstrap stack is somebody else's, also when the other one is ours", async () => {
    await createStack(emulator, 'mcp-half', 'half', TOPIC);
    await createStack(emulator, 'mcp-half-bootstrap', 'another', TOPIC);
    const { code, error } = await run('half');
    expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'not_ours' });
  });

  it("where somebody else's change set waits under that name", async () => {
    await cloudFormation().send(
      new CreateChangeSetCommand({
        StackName: 'mcp-review',
        ChangeSetName: 'theirs',
        ChangeSetType: 'CREATE',
        TemplateBody: TOPIC,
      }),
    );
    expect((await run('review')).error.code).to.equal('not_ours');
  });

  it('where a stack is protected', async () => {
    await createSmallStage(emulator, 'safe');
    const protection = (EnableTerminationProtection: boolean) =>
      cloudFormation().send(
        new UpdateTerminationProtectionCommand({ StackName: 'mcp-safe', EnableTerminationProtection }),
      );
    await protection(true);
    const { code, error } = await run('safe');
    expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'protected' });
    expect(error.suggestions[0]).to.include('--no-enable-termination-protection --stack-name mcp-safe');
  });

  it('where the bucket that is to be kept would go with its stack', async () => {
    const app = appWith('').replace(/ *DeletionPolicy: .*\n/, '');
    await createSmallStage(emulator, 'lossy', { app });
    const { code, error } = await run('lossy', '--keep-bucket');
    expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'bucket_would_go' });
  });

  it('where these credentials may not look', async () => {
    const nobody = await createUser(emulator, 'nobody', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
    const { code, stdout } = await runCli(['destroy', '--confirm', 'dev', '--json'], {
      home,
      env: emulator.env(nobody.keys),
    });
    const { error } = JSON.parse(stdout);
    expect({ code, error: error.code }).to.deep.equal({ code: 3, error: 'access_denied' });
    expect(error.message).to.include('cloudformation:DescribeStacks');
  });

  it('where the name is not typed, and off a terminal without it', async () => {
    const { bucket } = await createSmallStage(emulator, 'asked');
    await fillBucket(emulator, bucket, { versions: 30, uploads: 0 });
    const before = await left(emulator, bucket);
    const question = /Type the stage's name \(asked\) to destroy it: $/;
    const { code, text } = await runInTerminal(['destroy', '--stage', 'asked'], {
      home,
      env: emulator.env(),
      input: [{ after: question, type: 'yes\r' }],
    });
    expect(code, text).to.equal(4);
    expect(text).to.include(`bucket ${bucket}: 31 versions of files`);
    const unasked = await runCli(['destroy', '--stage', 'asked'], { home, env: emulator.env() });
    expect(unasked.code).to.equal(2);
    expect(await left(emulator, bucket)).to.equal(before);
    expect(await stackStatus(emulator, 'mcp-asked')).to.equal('CREATE_COMPLETE');
  });
});

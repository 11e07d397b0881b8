import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { createUser } from '../support/aws/identities.ts';
import { killAt } from '../support/aws/killed.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { takeBucket } from '../support/aws/taken-bucket.ts';
import { left } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

/** Calls that change something. */
const CHANGES = /:(Delete|Abort|Disable|Enable|Put|Update|Create|Execute)|^apigateway:(PATCH|DELETE|POST)/;

describe('deploy after a destroy that was killed', function () {
  this.timeout(240_000);
  let emulator: Emulator;
  let home: CliHome;
  let live: LiveStage;
  let image: string;
  let bucket: string;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
    image = await publishImage(emulator);
    const { code, stdout } = await run('deploy', '--image-uri', image, '--json');
    expect(code, stdout).to.equal(0);
    bucket = JSON.parse(stdout).outputs.s3_bucket_name;
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });
  const run = (...args: string[]) => runCli(args, { home, env: emulator.env() });
  const json = async (...args: string[]) => {
    const { code, stdout } = await run(...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };
  const changes = () =>
    emulator.proxy.calls.map(({ action }) => action).filter((action) => CHANGES.test(action));
  const DESTROY = ['destroy', '--confirm', 'dev'];

  it('turns the summaries of new files on again that it turned off', async () => {
    const { reached } = await killAt({ emulator, home }, DESTROY, 'events:DisableRule', 'after');
    expect(reached).to.equal(true);
    const state = async () =>
      (await emulator.client(EventBridgeClient).send(new DescribeRuleCommand({ Name: 'mcp-dev-upload' })))
        .State;
    expect(await state()).to.equal('DISABLED');

    const look = await json('deploy', '--fail-on-changes');
    expect(look).to.include({ code: 6, result: 'planned' });
    expect(await state()).to.equal('DISABLED');

    const { code, result, plan } = await json('deploy');
    expect({ code, result }).to.deep.equal({ code: 0, result: 'updated' });
    expect(plan.repairs.join()).to.include('new files are summarized again');
    expect(await state()).to.equal('ENABLED');
    expect((await json('deploy')).result).to.equal('unchanged');
  });

  it('goes on with a warning where it may not look at the bucket', async () => {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
    const blind = await createUser(emulator, 'blind', {
      Version: '2012-10-17',
      Statement: [everything, { ...everything, Effect: 'Deny', Action: 's3:ListBucket' }],
    });
    const { code, stderr } = await runCli(['deploy'], { home, env: emulator.env(blind.keys) });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('Warning: could not look at the bucket of the files: needs s3:ListBucket');
  });

  it("touches no bucket of the same name that is somebody else's by now, and neither do others", async () => {
    const upload = (key: string) =>
      runCli(['upload', '-', '--key', key], { home, env: emulator.env(), stdin: 'text' });
    expect((await upload('a.txt')).code).to.equal(0);
    const before = await left(emulator, bucket);
    const calls = takeBucket(emulator, bucket);
    emulator.proxy.calls.length = 0;
    const { code, error } = await json('deploy', '--min-tasks', '2');
    expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'half_destroyed' });
    expect(error.message).to.include('belongs to another account now');
    expect(changes()).to.deep.equal([]);

    expect((await upload('b.txt')).code).not.to.equal(0);
    expect(calls.filter(({ method }) => method !== 'HEAD')).not.to.deep.equal([]);
    expect(
      calls.filter(({ headers }) => headers['x-amz-expected-bucket-owner'] !== emulator.account),
    ).to.deep.equal([]);
    expect(await left(emulator, bucket)).to.equal(before);
    emulator.proxy.reset();
    openModels(emulator);
  });

  it('says that the bucket is gone, and is right again once destroy has finished', async () => {
    await live.stop();
    const { reached } = await killAt({ emulator, home }, DESTROY, 'cloudformation:DeleteStack', 'before');
    expect(reached).to.equal(true);
    for (const flag of ['--dry-run', '--yes']) {
      emulator.proxy.calls.length = 0;
      const { code, error } = await json('deploy', flag);
      expect({ code, error: error.code }).to.deep.equal({ code: 1, error: 'half_destroyed' });
      expect(error.message).to.include(`the bucket ${bucket} of stage dev is gone, while the stack stands`);
      expect(error.suggestions[0]).to.include('mcp-s3 destroy --stage dev');
      expect(changes()).to.deep.equal([]);
    }
    expect((await run(...DESTROY)).code).to.equal(0);
    const { code, stderr } = await run('deploy', '--dry-run', '--image-uri', image);
    expect(code, stderr).to.equal(0);
  });
});

import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import { createNamedKey, createSmallStage, putImage } from '../support/aws/small-stage.ts';
import { fillBucket } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

describe('destroy on AWS', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let home: CliHome;
  let empty: Inventory;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    empty = await takeInventory(emulator);
  });
  after(async () => {
    await emulator.close();
    await removeCliHome(home);
  });
  beforeEach(() => emulator.proxy.reset());

  const destroy = (...args: string[]) => runCli(['destroy', ...args], { home, env: emulator.env() });
  const left = async () => differences(empty, await takeInventory(emulator, empty));

  it('leaves nothing of a stage: 2,500 versions, open uploads, keys, images, logs and stacks', async () => {
    const { bucket, artifacts, usagePlan } = await createSmallStage(emulator, 'dev');
    await fillBucket(emulator, bucket, { versions: 2500, uploads: 7 });
    await fillBucket(emulator, artifacts, { versions: 12, uploads: 1 });
    await createNamedKey(emulator, 'dev', 'ann', usagePlan);
    await putImage(emulator, 'dev', ['a', 'b']);
    await emulator
      .client(CloudWatchLogsClient)
      .send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/mcp-dev-upload' }));
    const { code, stdout, stderr } = await destroy('--confirm', 'dev');
    expect(code, stderr).to.equal(0);
    expect(stdout).to.equal('Destroyed stage dev.\n');
    expect(stderr).to.include(`AWS account ${emulator.account}, region ${emulator.region}`);
    expect(stderr).to.include(`bucket ${bucket}: 2,583 versions of files, 7 unfinished uploads`);
    expect(await left()).to.deep.equal([]);
  });

  it('says so where nothing is there', async () => {
    const { code, stdout, stderr } = await destroy('--stage', 'none');
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    expect(stderr).to.include('There is nothing to destroy in stage none, AWS account');
  });
});

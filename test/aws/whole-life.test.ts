import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { createRole, type Identity } from '../support/aws/identities.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { asEmulated, readPolicy } from '../support/aws/permissions.ts';
import { fillBucket } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

describe('a stage from its first deployment to its end, by the command line and a role of a deployer', function () {
  this.timeout(240_000);
  let emulator: Emulator;
  let home: CliHome;
  let deployer: Identity;
  let image: string;
  let empty: Inventory;
  let live: LiveStage;
  before(async () => {
    emulator = await startEmulator();
    home = await createCliHome();
    deployer = await createRole(emulator, 'deployer', asEmulated(await readPolicy('deployer')));
    image = await publishImage(emulator);
    empty = await takeInventory(emulator);
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
  });
  after(async () => {
    await live?.close();
    await emulator?.close();
    await removeCliHome(home);
  });

  const run = async (...args: string[]) => {
    const result = await runCli(args, { home, env: emulator.env(deployer.keys) });
    expect(result.code, `${args.join(' ')}: ${result.stderr}${result.stdout}`).to.equal(0);
    return result;
  };

  it('is deployed into the empty account and tried out', async () => {
    const { stdout } = await run('deploy', '--image-uri', image, '--json');
    expect(JSON.parse(stdout)).to.include({ result: 'created' });
  });

  it('has nothing to do the second time, in at most 20 calls', async () => {
    emulator.proxy.calls.length = 0;
    const { stdout } = await run('deploy', '--json');
    expect(JSON.parse(stdout)).to.include({ result: 'unchanged' });
    const calls = emulator.proxy.calls.map(({ action }) => action);
    expect(calls.length, calls.join('\n')).to.be.at.most(20);
  });

  it('is used', async () => {
    await runCli(['upload', '-', '--key', 'a.txt'], {
      home,
      env: emulator.env(deployer.keys),
      stdin: 'Rain fell on the harbour.',
    });
    expect((await run('summarize', 'a.txt')).stdout).to.include('A short summary.');
    expect((await run('status')).stdout).to.include('healthy');
    await run('key', 'create', 'ann');
  });

  it('is destroyed, and leaves what the account shares', async () => {
    const bucket = (await run('outputs', 's3_bucket_name')).stdout.trim();
    // Where no event tells the upload function.
    await fillBucket(emulator, bucket, { versions: 2500, uploads: 5, prefix: '.mcp-s3/' });
    await live.stop();
    const { stderr } = await run('destroy', '--confirm', 'dev');
    expect(stderr).to.include('Nothing of what stays costs anything.');
    const left = differences(empty, await takeInventory(emulator, empty));
    const shared = /mcp-s3-api-gateway-logs|aws-service-role|AmazonAPIGatewayPush|GetAccountSummary/;
    expect(left.filter((line) => !shared.test(line))).to.deep.equal([]);
    expect(left.join()).to.include('mcp-s3-api-gateway-logs');
  });
});

import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import { killAt } from '../support/aws/killed.ts';
import { createNamedKey, createSmallStage, putImage, stackStatus } from '../support/aws/small-stage.ts';
import { fillBucket } from '../support/aws/versioned-bucket.ts';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';

/** What destroy says when a phase begins, and the call by which the phase does its work. */
const PHASES: [RegExp, string | RegExp][] = [
  [/Deleting 1 API key/, /^apigateway:DELETE/],
  [/Turning off the summaries/, 'events:DisableRule'],
  [/Emptying the bucket mcp-dev-bucket/, 's3:AbortMultipartUpload'],
  [/Emptying the bucket mcp-dev-bucket/, 's3:DeleteObjects'],
  [/Deleting the bucket mcp-dev-bucket/, 's3:DeleteBucket'],
  [/Deleting the stack mcp-dev \(/, 'cloudformation:DeleteStack'],
  [/Deleting 1 image/, 'ecr:BatchDeleteImage'],
  [/Emptying the bucket mcp-dev-bootstrap/, 's3:DeleteObjects'],
  [/Deleting the stack mcp-dev-bootstrap/, 'cloudformation:DeleteStack'],
  [/Deleting the log group/, 'logs:DeleteLogGroup'],
  [/Deleting 1 old task definition/, 'ecs:DeleteTaskDefinitions'],
];

describe('destroy on AWS that is ended in the middle', function () {
  this.timeout(240_000);
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
  beforeEach(async () => {
    const { bucket, artifacts, usagePlan } = await createSmallStage(emulator, 'dev');
    await fillBucket(emulator, bucket, { versions: 60, uploads: 2 });
    await fillBucket(emulator, artifacts, { versions: 3, uploads: 0 });
    await createNamedKey(emulator, 'dev', 'ann', usagePlan);
    await putImage(emulator, 'dev', ['a']);
    // Of a function that wrote after its group was gone.
    await emulator
      .client(CloudWatchLogsClient)
      .send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/mcp-dev-keeper' }));
    emulator.proxy.reset();
  });

  const ARGS = ['destroy', '--confirm', 'dev'];
  const start = () => startCli(ARGS, { home, env: emulator.env() });

  for (const how of ['before', 'after'] as const) {
    it(`is finished by the next run: kill -9 once in each phase, ${how} its work is done`, async () => {
      const reached: string[] = [];
      for (const [title, action] of PHASES) {
        const killed = await killAt({ emulator, home }, ARGS, action, how);
        expect(killed.stderr).to.match(title);
        if (killed.reached) reached.push(String(action));
      }
      // What was done before the kill has nothing left for a later phase of the same call.
      expect(reached).to.have.length(PHASES.length);
      const last = await runCli(ARGS, { home, env: emulator.env() });
      expect(last.code, last.stderr).to.equal(0);
      expect(differences(empty, await takeInventory(emulator, empty))).to.deep.equal([]);
    });
  }

  it('is finished after Ctrl-C, which says so', async () => {
    const running = start();
    emulator.proxy.rig({
      action: 's3:DeleteObjects',
      times: 1,
      do: () => {
        running.child.kill('SIGINT');
        return undefined;
      },
    });
    const { code, stderr } = await running.ended;
    expect(code).to.equal(130);
    expect(stderr).to.include('The same command again finishes it.');
    expect(await stackStatus(emulator, 'mcp-dev')).to.equal('CREATE_COMPLETE');
    expect((await runCli(ARGS, { home, env: emulator.env() })).code).to.equal(0);
    expect(differences(empty, await takeInventory(emulator, empty))).to.deep.equal([]);
  });

  it('comes through throttling, failures and a lost connection in every phase', async () => {
    const services = [/^apigateway:/, /^events:/, /^s3:/, /^cloudformation:/, /^ecr:/, /^ecs:/, /^logs:/];
    const rules = services.flatMap((action) =>
      (['throttle', 'fail', 'lose'] as const).map((deed, after) =>
        emulator.proxy.rig({ action, times: 1, after, do: deed }),
      ),
    );
    const { code, stderr } = await runCli(ARGS, { home, env: emulator.env() });
    expect(code, stderr).to.equal(0);
    expect(rules.map(({ hits }) => hits)).to.deep.equal(rules.map(() => 1));
    expect(differences(empty, await takeInventory(emulator, empty))).to.deep.equal([]);
  });

  it('is done once by two that run at once', async () => {
    const [one, two] = [start(), start()];
    for (const { code, stderr } of [await one.ended, await two.ended]) expect(code, stderr).to.equal(0);
    expect(differences(empty, await takeInventory(emulator, empty))).to.deep.equal([]);
  });
});

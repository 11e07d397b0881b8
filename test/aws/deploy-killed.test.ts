import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import { killAt } from '../support/aws/killed.ts';
import { type LiveStage, publishImage, serveStage } from '../support/aws/live-stage.ts';
import { openModels } from '../support/aws/open-models.ts';
import { stackStatus } from '../support/aws/small-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

/** What deploy says when a phase begins, and a call in it. */
const PHASES: [RegExp, string | RegExp][] = [
  [/Looking at what is there/, 'cloudformation:DescribeStacks'],
  [/Checking what a deployment needs/, 'ec2:DescribeAvailabilityZones'],
  [/Making the service-linked role/, 'iam:CreateServiceLinkedRole'],
  [/Making the role by which API Gateway/, 'iam:CreateRole'],
  [/Making the role by which API Gateway/, /^apigateway:PATCH/],
  [/./, 'cloudformation:CreateChangeSet'],
  [/Creating mcp-dev-bootstrap/, 'cloudformation:ExecuteChangeSet'],
  [/Handing the template in/, 's3:PutObject'],
  [/Handing the template in/, 'cloudformation:CreateChangeSet'],
  [/Creating mcp-dev \(/, 'cloudformation:ExecuteChangeSet'],
];

/** The same of a change of a stage that may sleep. */
const PHASES_OF_A_CHANGE: [RegExp, string | RegExp, 'before' | 'after'][] = [
  [/Checking what a deployment needs/, 's3:HeadBucket', 'before'],
  [/Comparing with what is deployed/, 'cloudformation:CreateChangeSet', 'before'],
  [/Comparing with what is deployed/, 'cloudformation:CreateChangeSet', 'after'],
  [/Holding the service awake/, /^lambda:POST .*keeper/, 'after'],
  [/Updating mcp-dev/, 'cloudformation:ExecuteChangeSet', 'before'],
  [/Updating mcp-dev/, 'cloudformation:ExecuteChangeSet', 'after'],
  [/Trying it out/, /^execute-api:/, 'before'],
];

describe('deploy that is killed', function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let home: CliHome;
  let image: string;
  let empty: Inventory | undefined;
  let live: LiveStage;
  before(async () => {
    home = await createCliHome();
  });
  // A new account each time: the roles that a first deployment makes for the whole account stay in it.
  beforeEach(async () => {
    emulator = await startEmulator();
    image = await publishImage(emulator);
    empty = await takeInventory(emulator, empty);
    openModels(emulator);
    live = await serveStage(emulator, 'dev');
  });
  afterEach(async () => {
    await live.close();
    await emulator.close();
  });
  after(() => removeCliHome(home));

  const run = (...args: string[]) => runCli(args, { home, env: emulator.env() });

  async function destroyAll(): Promise<void> {
    await live.stop();
    const { code, stderr } = await run('destroy', '--confirm', 'dev');
    expect(code, stderr).to.equal(0);
    const shared = /mcp-s3-api-gateway-logs|aws-service-role|AmazonAPIGatewayPush|GetAccountSummary/;
    const left = differences(empty!, await takeInventory(emulator, empty));
    expect(left.filter((line) => !shared.test(line))).to.deep.equal([]);
  }

  for (const how of ['before', 'after'] as const) {
    it(`is finished by the next run: kill -9 once in each phase, ${how} a call of it`, async () => {
      const reached: string[] = [];
      for (const [title, action] of PHASES) {
        const killed = await killAt({ emulator, home }, ['deploy', '--image-uri', image], action, how);
        expect(killed.stderr, `${action}: ${killed.stderr}`).to.match(title);
        if (killed.reached) reached.push(String(action));
      }
      expect(reached).to.deep.equal(PHASES.map(([, action]) => String(action)));
      const { code, stderr } = await run('deploy', '--image-uri', image);
      expect(code, stderr).to.equal(0);
      expect(await stackStatus(emulator, 'mcp-dev')).to.equal('CREATE_COMPLETE');
      expect((await run('files')).code).to.equal(0);
      await destroyAll();
    });
  }

  it('changes a stage in the next run: kill -9 once in each phase', async () => {
    expect((await run('deploy', '--image-uri', image, '--sleep-after', '2h')).code).to.equal(0);
    for (const [index, [title, action, how]] of PHASES_OF_A_CHANGE.entries()) {
      const tasks = String(10 + index);
      const change = ['deploy', '--max-tasks', tasks];
      const killed = await killAt({ emulator, home }, change, action, how);
      expect(killed.stderr, `${action}: ${killed.stderr}`).to.match(title);
      expect(killed.reached, String(action)).to.equal(true);
      const { code, stdout, stderr } = await run(...change, '--json');
      expect(code, `${action}: ${stderr}${stdout}`).to.equal(0);
      expect(JSON.parse(stdout).settings['max-tasks']).to.equal(tasks);
    }
    expect((await run('deploy', '--fail-on-changes')).code).to.equal(0);
    await destroyAll();
  });

  it('may be destroyed by the next run, too, whenever it was killed', async () => {
    for (const action of [
      'cloudformation:CreateChangeSet',
      'cloudformation:ExecuteChangeSet',
      's3:PutObject',
    ]) {
      for (const how of ['before', 'after'] as const) {
        await killAt({ emulator, home }, ['deploy', '--image-uri', image], action, how);
        const { code, stderr } = await run('destroy', '--confirm', 'dev');
        expect(code, stderr).to.equal(0);
      }
    }
    await destroyAll();
  });

  it('says how to go on when it is killed while it tries the stage out, and changes nothing then', async () => {
    const { reached } = await killAt(
      { emulator, home },
      ['deploy', '--image-uri', image],
      /^execute-api:/,
      'after',
    );
    expect(reached).to.equal(true);
    const { code, stdout } = await run('deploy', '--json');
    expect(code, stdout).to.equal(0);
    expect(JSON.parse(stdout).result).to.equal('unchanged');
    await destroyAll();
  });
});

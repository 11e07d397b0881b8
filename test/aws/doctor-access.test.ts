import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { refusal } from '../support/aws/fault.ts';
import { allow, createUser, type Policy } from '../support/aws/identities.ts';
import { asEmulated, readPolicy } from '../support/aws/permissions.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { findings } from '../support/doctor/matrix.ts';
import { SickStage } from '../support/doctor/sick-stage.ts';

/**
 * What the emulator judges otherwise than AWS: it finds no resource in two requests that have one, and has an action
 * of its own for a call that AWS allows with `bedrock:InvokeModel`.
 */
const OTHERWISE = allow(['ecs:DescribeServices', 'events:ListTargetsByRule', 'bedrock:Converse']).Statement;

async function policyOf(...names: string[]): Promise<Policy> {
  const policy = asEmulated(await readPolicy(...names));
  return { ...policy, Statement: [...policy.Statement, ...OTHERWISE] };
}

describe('doctor with few permissions', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let sick: SickStage;
  let home: CliHome;
  before(async () => {
    emulator = await startEmulator();
    sick = await SickStage.create(emulator);
    home = await createCliHome();
  });
  afterEach(() => sick?.behind.heal());
  after(async () => {
    await emulator?.close();
    await removeCliHome(home);
  });
  const doctor = (args: string[] = [], keys = emulator.root) =>
    runCli(['doctor', ...args], { home, env: emulator.env(keys) });

  it('sees all with the policy for readers, and changes nothing', async () => {
    const reader = await createUser(emulator, 'reader', await policyOf('reader'));
    emulator.proxy.calls.length = 0;
    expect(findings(await sick.look({ keys: reader.keys }))).to.deep.equal([]);
    const changing = emulator.proxy.calls.filter(({ action }) =>
      /:(Create|Delete|Update|Put|Set|Enable|Disable|Start|Tag|Modify|PATCH|PUT|DELETE)/.test(action),
    );
    expect(changing.map(({ action }) => action)).to.deep.equal([]);
  });

  it('says of each call that is denied what it needs, and calls nothing broken', async () => {
    emulator.proxy.calls.length = 0;
    await sick.look();
    const actions = new Set(emulator.proxy.calls.map(({ action }) => action));
    expect(actions.size).to.be.above(25);
    for (const action of actions) {
      if (/^(execute-api|sts):/.test(action)) continue;
      sick.behind.answer(action, (call) => refusal(call, 'deny'));
      const found = findings(await sick.look());
      sick.behind.heal();
      expect(found, action).not.to.deep.equal([]);
      for (const { state, cause } of found) {
        expect(state, action).to.equal('unknown');
        expect(cause, action).to.match(/^could not look: needs [a-z0-9-]+:\w+$/);
      }
    }
  });

  it('finds the rest, where it may look at little', async () => {
    const { keys } = await createUser(
      emulator,
      'little',
      allow(['cloudformation:DescribeStacks', 'events:*', 'sqs:GetQueueAttributes']),
    );
    const Name = sick.stage.outputs.UploadRuleName;
    await emulator.client(EventBridgeClient).send(new DisableRuleCommand({ Name }));
    const found = findings(await sick.look({ keys }));
    expect(found.filter(({ state }) => state === 'broken').map(({ cause }) => cause)).to.deep.equal([
      'rule-disabled',
    ]);
    expect(found.filter(({ state }) => state === 'unknown').length).to.be.above(5);
    await emulator.client(EventBridgeClient).send(new EnableRuleCommand({ Name }));
  });

  it('does not crash where an emulator knows a call not', async () => {
    for (const [status, code] of [
      [400, 'InvalidAction'],
      [501, 'NotImplemented'],
    ] as const) {
      sick.behind.answer('cloudformation:DetectStackDrift', () => ({
        status,
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse><Error><Code>${code}</Code><Message>not there</Message></Error></ErrorResponse>`,
      }));
      const found = findings(await sick.look());
      expect(found.map(({ check, state }) => [check, state])).to.deep.equal([['drift', 'unknown']]);
      sick.behind.heal();
    }
  });

  it('says that not all could be compared with the template', async () => {
    sick.behind.driftFailed = 'Failed to detect drift on resource [TaskRole]';
    const [found] = findings(await sick.look());
    expect(found).to.include({ check: 'drift', state: 'unknown' });
    expect(found!.cause).to.include('TaskRole');
  });

  describe('as a command', () => {
    it('ends with 0 where all is well', async () => {
      const { code, stdout, stderr } = await doctor();
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/Nothing is broken: 27 of 27 checks are good\./);
    });

    it('ends with 1 where something is broken, and says what to do', async () => {
      sick.behind.link = { status: 'INACTIVE' };
      const { code, stdout } = await doctor();
      expect(code).to.equal(1);
      expect(stdout).to.match(/BROKEN +link from API Gateway +link-inactive\n/);
      expect(stdout).to.match(
        /BROKEN {2}link from API Gateway {2}link-inactive\n {2}the VPC link went inactive/,
      );
      expect(stdout).to.match(
        /not reached +firewalls from API Gateway to the tasks +behind link from API Gateway/,
      );
      expect(stdout).to.include('mcp-s3 verify --stage dev --region eu-central-1');
      expect(stdout).to.match(/One thing is broken: link from API Gateway\./);
    });

    it('ends with 5 where it could not look', async () => {
      sick.behind.answer('sns:ListSubscriptionsByTopic', (call) => refusal(call, 'deny'));
      const { code, stdout } = await doctor();
      expect(code).to.equal(5);
      expect(stdout).to.include('could not look: needs sns:ListSubscriptionsByTopic');
      expect(stdout).not.to.include('Nothing is broken');
    });

    it('repairs what is safe with --fix, looks again, and tells all of it as JSON', async () => {
      const Name = sick.stage.outputs.UploadRuleName;
      await emulator.client(EventBridgeClient).send(new DisableRuleCommand({ Name }));
      const before = JSON.parse((await doctor(['--json'])).stdout);
      expect(before.healthy).to.equal(false);
      const rule = before.checks.find(({ id }: { id: string }) => id === 'upload-rule');
      expect(rule).to.include({ state: 'broken', cause: 'rule-disabled', fix: `enable the rule ${Name}` });
      const { code, stdout } = await doctor(['--fix', '--json']);
      expect(code).to.equal(0);
      const after = JSON.parse(stdout);
      expect(after).to.deep.include({ healthy: true, fixed: [{ does: `enable the rule ${Name}` }] });
    });

    it('says what it may not repair, and stays with 1', async () => {
      const reader = await createUser(emulator, 'looker', await policyOf('reader'));
      const Name = sick.stage.outputs.UploadRuleName;
      await emulator.client(EventBridgeClient).send(new DisableRuleCommand({ Name }));
      const { code, stderr } = await doctor(['--fix'], reader.keys);
      expect(code).to.equal(1);
      expect(stderr).to.include('may not do events:EnableRule');
      const operator = await createUser(emulator, 'operator', await policyOf('reader', 'operator'));
      expect((await doctor(['--fix'], operator.keys)).code).to.equal(0);
    });
  });
});

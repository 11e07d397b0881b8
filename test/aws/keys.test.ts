import { setTimeout as sleep } from 'node:timers/promises';
import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from 'chai';
import { enableApiKey } from '../../src/aws/api-keys.ts';
import { untilAccepted } from '../../src/targets/aws/accepted-key.ts';
import { AwsKeys } from '../../src/targets/aws/aws-keys.ts';
import { readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { completeApiKeys } from '../support/aws/api-keys.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { connectFunctions } from '../support/aws/functions.ts';
import { type Gateway, liftLimits, openGateway } from '../support/aws/gateway.ts';
import { functionSession, mayRole } from '../support/aws/iam.ts';
import { type RealTask, startTask } from '../support/aws/real-task.ts';
import { createWholeStage, type WholeStage } from '../support/aws/whole-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';

const signal = new AbortController().signal;
const HOUR = 3_600_000;

describe('API keys of a stage on AWS', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let stage: WholeStage;
  let task: RealTask;
  let gateway: Gateway;
  let home: CliHome;
  before(async () => {
    emulator = await startEmulator();
    stage = await createWholeStage(emulator, 'dev');
    task = await startTask(emulator, stage, 'http://127.0.0.1:9');
    gateway = await openGateway(emulator, stage, task.url);
    await connectFunctions(emulator, stage, gateway);
    await liftLimits(emulator, stage);
    completeApiKeys(emulator, stage.outputs.UsagePlanId!);
    home = await createCliHome();
  });
  after(async () => {
    await gateway?.close();
    await task?.close();
    await emulator?.close();
    await removeCliHome(home);
  });

  const slots = async () =>
    (await readDeployedStack(emulator.connection(), 'dev', signal)).parameters.KeySlots;
  const run = (...args: string[]) => runCli(['key', ...args], { home, env: emulator.env() });
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  const answer = async (key: string) =>
    (await fetch(`${gateway.url}/health`, { headers: { 'x-api-key': key } })).status;

  async function keys(now = Date.now, abort = signal): Promise<AwsKeys> {
    const connection = emulator.connection();
    const accepted = (value: string) =>
      untilAccepted(gateway.url, value, { env: {}, signal, version: '0.0.0' });
    return new AwsKeys({
      connection,
      stack: await readDeployedStack(connection, 'dev', signal),
      now,
      signal: abort,
      accepted,
    });
  }

  /** What the schedule asks the keeper every five minutes. */
  async function keeperChecks(): Promise<void> {
    const payload = { FunctionName: stage.ids.Keeper!, Payload: JSON.stringify({ action: 'check' }) };
    const { FunctionError, Payload } = await emulator.client(LambdaClient).send(new InvokeCommand(payload));
    expect(FunctionError, Payload?.transformToString()).to.equal(undefined);
  }

  /** Asks without a break, with whichever key is current. */
  function asking(first: string) {
    const seen = new Map<number, number>();
    let key = first;
    let going = true;
    const done = (async () => {
      while (going) {
        const status = await answer(key);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        await sleep(5);
      }
    })();
    return {
      use: (next: string) => {
        key = next;
      },
      async stop() {
        going = false;
        await done;
        return [...seen.keys()];
      },
    };
  }

  it('shows and lists the key that the stack made', async () => {
    const { name, value, created_at } = await (await keys()).show();
    expect(name).to.equal('default');
    expect(value).to.have.lengthOf(40).and.to.equal(gateway.key);
    expect(Date.parse(created_at)).to.be.within(Date.now() - HOUR, Date.now() + HOUR);
    expect(await answer(value)).to.equal(200);
    expect((await run('show')).stdout).to.equal(`${value}\n`);
    expect((await json('list')).keys.map((key: { name: string }) => key.name)).to.deep.equal(['default']);
  });

  it('rotates it through both slots, and no client that goes over to the new key is turned away', async () => {
    const way: unknown[] = [await slots()];
    const values = [(await (await keys()).show()).value];
    const client = asking(values[0]!);
    for (let round = 0; round < 3; round++) {
      const info = await (await keys()).rotate('default', HOUR);
      expect(Date.parse(info.previous_until!)).to.be.within(Date.now(), Date.now() + HOUR);
      const { value } = await (await keys()).show();
      expect(values).not.to.include(value);
      values.push(value);
      // The old key is good for as long as was promised.
      expect(await answer(values.at(-2)!)).to.equal(200);
      client.use(value);
      way.push(await slots());
    }
    expect(await client.stop()).to.deep.equal([200]);
    expect(way).to.deep.equal(['a', 'ab', 'ba', 'ab']);
    // Only two live at a time.
    expect(await Promise.all(values.map(answer))).to.deep.equal([403, 403, 200, 200]);
    expect((await json('list')).keys[0]).to.have.property('previous_until');
  });

  it('ends the old one at once with --grace 0s', async () => {
    const old = (await (await keys()).show()).value;
    const { code, stdout } = await run('rotate', '--grace', '0s', '--json');
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).not.to.have.property('previous_until');
    const { value } = await (await keys()).show();
    expect([await answer(old), await answer(value)]).to.deep.equal([403, 200]);
  });

  it('lets the keeper end an old one when its time has come, and not before', async () => {
    const old = (await (await keys()).show()).value;
    await (await keys()).rotate('default', HOUR);
    await keeperChecks();
    expect(await answer(old)).to.equal(200);
    const past = (await (await keys()).show()).value;
    // As if this rotation had been two hours ago.
    await (await keys(() => Date.now() - 2 * HOUR)).rotate('default', HOUR);
    expect(await answer(past)).to.equal(200);
    await keeperChecks();
    expect(await answer(past)).to.equal(403);
    expect(await answer((await (await keys()).show()).value)).to.equal(200);
    expect((await json('list')).keys[0]).not.to.have.property('previous_until');
  });

  it('has a keeper that may end keys of its stage alone', async () => {
    const { roleName } = await functionSession(emulator, stage.ids.Keeper!);
    const may = (keys: Record<string, string>) =>
      mayRole(emulator, roleName, {
        action: 'apigateway:PATCH',
        resource: `arn:aws:apigateway:${emulator.region}::/apikeys/abc`,
        keys,
      });
    expect(await may({ 'aws:ResourceTag/mcp-s3:stage': 'dev' })).to.equal(true);
    expect(await may({ 'aws:ResourceTag/mcp-s3:stage': 'prod' })).to.equal(false);
    expect(await may({})).to.equal(false);
  });

  it('makes keys for people, rotates and revokes them', async () => {
    const made = await run('create', 'ann.b-2');
    expect(made).to.include({ code: 0 });
    const first = (await run('show', 'ann.b-2')).stdout.trim();
    expect(await answer(first)).to.equal(200);
    const again = await run('create', 'ann.b-2');
    expect(again.code).to.equal(1);
    expect(again.stderr).to.include('there is a key named ann.b-2 already').and.to.include('key rotate');
    expect(await json('rotate', 'ann.b-2', '--grace', '1h')).to.have.property('previous_until');
    const second = (await run('show', 'ann.b-2')).stdout.trim();
    expect(second).not.to.equal(first);
    expect([await answer(first), await answer(second)]).to.deep.equal([200, 200]);
    const { keys: listed } = await json('list');
    expect(listed.map(({ name }: { name: string }) => name)).to.deep.equal(['default', 'ann.b-2']);
    expect(listed[1]).to.have.property('previous_until');
    const wrong = await run('revoke', 'ann.b-3');
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.include('did you mean ann.b-2?');
    expect((await run('revoke', 'ann.b-2')).code).to.equal(0);
    expect([await answer(first), await answer(second)]).to.deep.equal([403, 403]);
    expect((await json('list')).keys).to.have.lengthOf(1);
  });

  it('revokes a key also when the command was interrupted', async () => {
    await (await keys()).create('short-lived');
    const interrupted = AbortSignal.abort(new Error('interrupted'));
    await (await keys(Date.now, interrupted)).revoke('short-lived');
    expect((await json('list')).keys).to.have.lengthOf(1);
  });

  it('refuses names that no key can have, before it asks AWS for anything', async () => {
    for (const name of ['', 'a b', 'Ä', '../x', '-x', 'default', 'x'.repeat(100)]) {
      const before = emulator.proxy.count('apigateway:POST /apikeys');
      const { code, stdout } = await run('create', name);
      expect(code, name).to.be.oneOf([1, 2]);
      expect(stdout).to.equal('');
      expect(emulator.proxy.count('apigateway:POST /apikeys')).to.equal(before);
    }
    expect((await run('revoke', 'default')).code).to.equal(2);
  });

  it('never touches keys of others', async () => {
    const client = emulator.client(APIGatewayClient);
    const ids = async () =>
      (await client.send(new GetApiKeysCommand({ limit: 500 }))).items!.map(({ id }) => id);
    const before = await ids();
    const { code, stderr } = await run('revoke', 'mcp-dev-upload');
    expect(code).to.equal(1);
    expect(stderr).to.include('there is no key named');
    expect(await ids()).to.deep.equal(before);
  });

  it('says what the limit of the account is about, and leaves no key behind that opens nothing', async () => {
    const body = JSON.stringify({ message: 'API Keys Limit Exceeded' });
    const full = { status: 429, headers: { 'x-amzn-errortype': 'LimitExceededException' }, body };
    const limit = emulator.proxy.rig({ action: 'apigateway:POST /apikeys', do: full });
    const { code, stderr } = await run('create', 'bob');
    limit.remove();
    expect(code).to.equal(1);
    expect(stderr).to.include('as many API keys').and.to.include('key revoke');
    const plan = emulator.proxy.rig({ action: /^apigateway:POST \/usageplans/, do: 'deny' });
    const denied = await run('create', 'bob');
    plan.remove();
    expect(denied.code).to.equal(3);
    expect(denied.stderr).to.include('apigateway:POST');
    expect((await json('list')).keys).to.have.lengthOf(1);
  });

  it('says of a key that was deleted by hand how to get a new one', async () => {
    const { parameters, outputs } = await readDeployedStack(emulator.connection(), 'dev', signal);
    const id = outputs[`ApiKeyId${parameters.KeySlots!.at(-1)!.toUpperCase()}`]!;
    const gone = emulator.proxy.rig({
      action: `apigateway:GET /apikeys/${id}`,
      do: {
        status: 404,
        headers: { 'x-amzn-errortype': 'NotFoundException' },
        body: JSON.stringify({ message: 'Invalid API Key identifier specified' }),
      },
    });
    const { code, stderr } = await run('list');
    gone.remove();
    expect(code).to.equal(1);
    expect(stderr).to.include('key rotate');
  });

  it('waits for a key that API Gateway does not know yet', async () => {
    const { value } = await (await keys()).show();
    const { parameters, outputs } = await readDeployedStack(emulator.connection(), 'dev', signal);
    const id = outputs[`ApiKeyId${parameters.KeySlots!.at(-1)!.toUpperCase()}`]!;
    const enable = (enabled: boolean) => enableApiKey(emulator.connection(), id, enabled, signal);
    await enable(false);
    expect(await answer(value)).to.equal(403);
    const waiting = untilAccepted(gateway.url, value, { env: {}, signal, version: '0.0.0' });
    await enable(true);
    await waiting;
    expect(await answer(value)).to.equal(200);
  });
});

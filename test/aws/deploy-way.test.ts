import { expect } from 'chai';
import { describeStack } from '../../src/aws/cloudformation.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { differences, type Inventory, takeInventory } from '../support/aws/inventory.ts';
import { openModels } from '../support/aws/open-models.ts';
import {
  deploySmall,
  type FakeService,
  smallTemplate,
  startFakeService,
} from '../support/aws/small-deploy.ts';

describe('the way of a deployment', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  let empty: Inventory;
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService('key');
    empty = await takeInventory(emulator);
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });
  beforeEach(() => {
    emulator.proxy.reset();
    openModels(emulator);
  });

  const stack = (name: string) => describeStack(emulator.connection(), name, new AbortController().signal);

  it('writes nothing with --dry-run into an empty account', async () => {
    const { result, plans, lines } = await deploySmall(emulator, service, { request: { dryRun: true } });
    expect(result.result).to.equal('planned');
    expect(plans[0]!.resources.changes.map(({ title }) => title)).to.include('Holds the files');
    expect(lines[0]).to.equal(`place dev ${emulator.account} eu-central-1`);
    expect(differences(empty, await takeInventory(emulator, empty))).to.deep.equal([]);
  });

  it('makes everything in an empty account', async () => {
    const { result, lines } = await deploySmall(emulator, service, { flags: { 'max-tasks': '6' } });
    expect(result.result).to.equal('created');
    expect(lines.filter((line) => line.startsWith('tried'))).to.deep.equal([
      'tried health passed',
      'tried version passed',
      'tried files passed',
      'tried no_key passed',
    ]);
    const app = (await stack('mcp-dev'))!;
    expect(app.tags).to.include({ 'mcp-s3:stage': 'dev', 'mcp-s3:version': '1.0.0' });
    expect(app.parameters).to.include({ MaxTasks: '6', ZoneA: 'euc1-az1', ZoneB: 'euc1-az2' });
  });

  it('has nothing to do the second time, in at most 20 calls', async () => {
    emulator.proxy.calls.length = 0;
    const { result, lines } = await deploySmall(emulator, service);
    expect(result.result).to.equal('unchanged');
    expect(lines).not.to.include('ask');
    expect(
      emulator.proxy.calls.length,
      emulator.proxy.calls.map(({ action }) => action).join('\n'),
    ).to.be.at.most(20);
  });

  it('keeps what is not given, and changes what is', async () => {
    const { result, plans } = await deploySmall(emulator, service, { flags: { 'min-tasks': '2' } });
    expect(result.result).to.equal('updated');
    expect(plans[0]!.settings).to.deep.include({
      parameter: 'MinTasks',
      flag: 'min-tasks',
      from: '1',
      to: '2',
      why: '--min-tasks',
    });
    expect((await stack('mcp-dev'))!.parameters).to.include({ MinTasks: '2', MaxTasks: '6' });
    await deploySmall(emulator, service, { resets: ['max-tasks'] });
    expect((await stack('mcp-dev'))!.parameters).to.include({ MinTasks: '2', MaxTasks: '4' });
  });

  it('takes a template over 51,200 bytes through the bucket', async () => {
    const { result } = await deploySmall(emulator, service, {
      template: smallTemplate(undefined, 'x'.repeat(60_000)),
      flags: { 'max-tasks': '8' },
    });
    expect(result.result).to.equal('updated');
    expect(emulator.proxy.count('s3:PutObject')).to.equal(1);
  });
});

import { expect } from 'chai';
import { productParts } from '../../src/deploy/product-parts.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { openModels, PROFILE, PROFILE_ARNS } from '../support/aws/open-models.ts';
import {
  type DeployOptions,
  deploySmall,
  type FakeService,
  startFakeService,
} from '../support/aws/small-deploy.ts';

/** The product's own templates and key; image, keeper and the service behind the API stand in. */
describe('a deployment of the whole stage', function () {
  this.timeout(180_000);
  let emulator: Emulator;
  let service: FakeService;
  const { templates, apiKey } = productParts();
  /** What the keeper was asked. */
  const asked: string[] = [];
  const deploy = (options: DeployOptions = {}) =>
    deploySmall(emulator, service, {
      ...options,
      parts: {
        templates,
        keeper:
          (name) =>
          async ({ action }) => {
            expect(name).to.equal('mcp-dev-keeper');
            asked.push(action);
            return { state: asked.length < 3 ? 'asleep' : 'awake' };
          },
        async apiKey(...args) {
          expect(await apiKey(...args)).to.have.lengthOf(40);
          return 'key';
        },
      },
    });
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService('key');
    openModels(emulator);
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });

  it('makes it from nothing', async () => {
    const { result, plans } = await deploy({ flags: { email: 'ops@example.com' } });
    expect(result.result).to.equal('created');
    expect(result.confirmEmail).to.equal('ops@example.com');
    expect(result.outputs).to.include({ ModelId: PROFILE, KeeperFunctionName: 'mcp-dev-keeper' });
    const [plan] = plans;
    expect(plan!.bootstrap).to.equal('create');
    expect(plan!.settings.map(({ flag }) => flag)).to.include.members(['email', 'model']);
    expect(plan!.resources.changes.map(({ logicalId }) => logicalId)).to.include('EmailSubscription');
    const untold = plan!.resources.changes.filter(({ title, type }) =>
      type.endsWith(title.replaceAll(' ', '::')),
    );
    expect(untold, 'resources without a description').to.deep.equal([]);
  });

  it('has nothing to do the second time, in at most 20 calls', async () => {
    emulator.proxy.calls.length = 0;
    const { result, lines } = await deploy();
    expect(result.result).to.equal('unchanged');
    expect(lines).not.to.include('ask');
    const calls = emulator.proxy.calls.map(({ action }) => action);
    expect(calls.length, calls.join('\n')).to.be.at.most(20);
  });

  it('tells what a setting changes, and what only refers to it', async () => {
    const { result, plans, lines } = await deploy({ flags: { 'max-tasks': '6', 'sleep-after': '15m' } });
    expect(result.result).to.equal('updated');
    const changes = plans[0]!.resources.changes;
    const told = changes.filter(({ follows }) => !follows).map(({ logicalId }) => logicalId);
    expect(told).to.include('Keeper').and.not.to.include('KeeperWakePermission');
    expect(asked).to.deep.equal([]);
    expect(lines).not.to.include('step Holding the service awake');
  });

  it('holds a service awake that may sleep by now', async () => {
    const { lines, result } = await deploy({ flags: { 'max-tasks': '7' } });
    expect(lines).to.include('step Waking the service (about a minute)');
    expect(result).to.deep.include({ result: 'updated', warnings: [] });
    expect(asked).to.deep.equal(['status', 'hold', 'status', 'release']);
  });

  it('reads anew by which ARNs the model is allowed', async () => {
    const { plans } = await deploy({ flags: { model: 'extractive-1' } });
    const arns = plans[0]!.settings.find(({ parameter }) => parameter === 'ModelArns');
    expect(arns).to.include({ from: [...PROFILE_ARNS].sort().join(','), to: '' });
  });
});

import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { expect } from 'chai';
import { ACCESS_DENIED } from '../../src/aws/aws-error.ts';
import type { TrialCheck } from '../../src/deploy/trial-check.ts';
import { type CliError, credentialsError } from '../../src/errors.ts';
import type { Template } from '../../src/stack/compose/compose.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { openModels } from '../support/aws/open-models.ts';
import {
  type DeployOptions,
  deploySmall,
  deployTelling,
  type FakeService,
  SMALL,
  smallTemplate,
  startFakeService,
  type Told,
} from '../support/aws/small-deploy.ts';

/** With a service whose task definition is another one for each `MaxTasks`. */
function withService(): Template {
  const template = smallTemplate({
    ...SMALL,
    Cluster: { Type: 'AWS::ECS::Cluster' },
    TaskDefinition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'small',
        ContainerDefinitions: [
          { Name: { 'Fn::Join': ['-', ['server', { Ref: 'MaxTasks' }]] }, Image: 'none:1', Memory: 128 },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        Cluster: { Ref: 'Cluster' },
        TaskDefinition: { Ref: 'TaskDefinition' },
        ServiceName: 'small',
        DesiredCount: 1,
      },
    },
  });
  Object.assign(template.Outputs!, {
    ClusterName: { Value: { Ref: 'Cluster' } },
    ServiceName: { Value: { 'Fn::GetAtt': ['Service', 'Name'] } },
    TaskDefinitionArn: { Value: { Ref: 'TaskDefinition' } },
  });
  return template;
}

describe('the trial after a deployment', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  let outputs: Record<string, string>;
  const template = withService();
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService('key');
    openModels(emulator);
    outputs = (await deploySmall(emulator, service, { template })).result.outputs;
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });
  beforeEach(() => {
    service.ill.length = 0;
  });

  const runs = async () => {
    const { ClusterName: cluster, ServiceName } = outputs;
    const command = new DescribeServicesCommand({ cluster, services: [ServiceName!] });
    const { services } = await emulator.client(ECSClient).send(command);
    return services![0]!.taskDefinition;
  };
  const failing = async (options: DeployOptions) => {
    const told: Told = { lines: [], plans: [] };
    const error = await deployTelling(emulator, service, { template, ...options }, told).then(
      () => expect.fail('it did not fail'),
      (reason: CliError) => reason,
    );
    return { error, ...told };
  };
  /** More than the trial has patience for. */
  const ill = (status: number, body: string) =>
    service.ill.push(...Array.from({ length: 1000 }, () => ({ status, body })));

  it('puts the task definition from before back where the service answers wrongly', async () => {
    const before = await runs();
    ill(503, '{"status":"draining"}');
    const { error, lines } = await failing({ flags: { 'max-tasks': '5' }, patienceMs: 0 });
    expect(error).to.include({ exitCode: 1, code: 'smoke_test_failed' });
    expect(error.message).to.include('503 {"status":"draining"}').and.to.include('from before runs again');
    expect(lines).to.include('step Putting the task definition from before back');
    expect(await runs()).to.equal(before);
  });

  it('does not say that all is well the next time: it sets it again and tries again', async () => {
    const wanted = await deploySmall(emulator, service, { template });
    expect(wanted.lines.join('\n')).to.include('setting it again');
    expect(wanted.lines).to.include('tried health passed');
    expect(wanted.result.result).to.equal('unchanged');
    expect(await runs()).to.equal(wanted.result.outputs.TaskDefinitionArn);
    ill(500, '{}');
    expect((await failing({ patienceMs: 0 })).error.code).to.equal('smoke_test_failed');
  });

  it('goes the acceptance walk where it is asked for, and puts back what ran before where the service fails it', async () => {
    const before = await runs();
    const seen = (name: string, state: TrialCheck['state'], blamesService = false): TrialCheck => ({
      name,
      state,
      blamesService,
      seen: `${name} seen`,
      expected: `${name} expected`,
    });
    const walk = async () => [
      seen('health', 'passed'),
      seen('throttle', 'failed'),
      seen('mcp tools', 'failed', true),
      seen('mcp call', 'unknown'),
    ];
    const request = { verify: true };
    const wrong = await failing({ flags: { 'max-tasks': '8' }, request, parts: { walk } });
    expect(wrong.error).to.include({ exitCode: 1, code: 'verify_failed' });
    expect(wrong.error.message)
      .to.include('at "mcp tools", expected mcp tools expected, got mcp tools seen')
      .and.to.match(/from before runs again$/);
    expect(wrong.lines).to.include.members(['tried health passed', 'tried mcp tools failed']);
    expect(await runs()).to.equal(before);

    // The next version as well: not to the one that the stack names, which failed, but to what ran.
    const around = async () => [seen('throttle', 'failed')];
    expect((await failing({ flags: { 'max-tasks': '9' }, request, parts: { walk } })).error.code).to.equal(
      'verify_failed',
    );
    expect(await runs()).to.equal(before);
    const other = await failing({ flags: { 'max-tasks': '10' }, request, parts: { walk: around } });
    expect(other.error.message).to.match(/at "throttle".* got throttle seen$/);
    expect(await runs()).not.to.equal(before);

    const { result, lines } = await deploySmall(emulator, service, {
      template,
      request,
      parts: { walk: async () => [seen('health', 'passed')] },
    });
    expect(result.checks.map(({ name }) => name)).to.deep.equal([
      'health',
      'version',
      'files',
      'no_key',
      'health',
    ]);
    expect(lines).to.include('note ok: the acceptance walk');
  });

  it('sets what a task runs again also where a change does not touch it, and takes it back where that fails', async () => {
    const before = await runs();
    ill(500, '{}');
    await failing({ flags: { 'max-tasks': '11' }, patienceMs: 0 });
    expect(await runs()).to.equal(before);
    const again = await failing({ flags: { 'min-tasks': '2' }, patienceMs: 0 });
    expect(again.lines.join('\n')).to.include('setting it again');
    expect(again.error.message).to.include('from before runs again');
    expect(await runs()).to.equal(before);
  });

  it('leaves the task alone where it is the key that is refused', async () => {
    ill(403, '{"message":"Forbidden"}');
    const { error, lines } = await failing({ flags: { 'max-tasks': '6' }, patienceMs: 0 });
    expect(error.code).to.equal('smoke_test_failed');
    expect(error.message).not.to.include('from before runs again');
    expect(lines.join('\n')).not.to.include('Putting');
  });

  it('is left out, and that is said, where the key may not be read', async () => {
    const denied = async () => {
      throw credentialsError('these credentials may not do secretsmanager:GetSecretValue', [], ACCESS_DENIED);
    };
    const { result, lines } = await deploySmall(emulator, service, { template, parts: { apiKey: denied } });
    expect(result.checks).to.deep.equal([]);
    expect(lines.join('\n')).to.include('warn the service was not tried out');
    const asked = await failing({ request: { verify: true }, parts: { apiKey: denied } });
    expect(asked.error, 'a walk that was asked for').to.include({ exitCode: 3, code: ACCESS_DENIED });
  });

  it('does not wake a service that sleeps, where nothing was changed', async () => {
    await deploySmall(emulator, service, { template, flags: { 'max-tasks': '6', 'sleep-after': '15m' } });
    ill(503, '<html>');
    const { result } = await deploySmall(emulator, service, { template });
    expect(result).to.deep.include({ result: 'unchanged', checks: [] });
  });
});

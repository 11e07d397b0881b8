import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { describeStack } from '../../src/aws/cloudformation.ts';
import type { CliError } from '../../src/errors.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser } from '../support/aws/identities.ts';
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

describe('a deployment that is refused or declined', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let service: FakeService;
  let cloudFormation: CloudFormationClient;
  before(async () => {
    emulator = await startEmulator();
    service = await startFakeService('key');
    cloudFormation = emulator.client(CloudFormationClient);
    openModels(emulator);
    await deploySmall(emulator, service);
  });
  after(async () => {
    await service.close();
    await emulator.close();
  });
  beforeEach(() => {
    emulator.proxy.reset();
    openModels(emulator);
  });

  const stackOf = (stage: string) =>
    describeStack(emulator.connection(), `mcp-${stage}`, new AbortController().signal);
  const failing = async (options: DeployOptions) => {
    const told: Told = { lines: [], plans: [] };
    const error = await deployTelling(emulator, service, options, told).then(
      () => expect.fail('it did not fail'),
      (reason: CliError) => reason,
    );
    return { error, ...told };
  };
  const changed = () => emulator.proxy.count(/:(Execute|Delete|Update|Create(?!ChangeSet)|Put)\w*/);
  const waitingChanges = async () => {
    const { Summaries = [] } = await cloudFormation.send(new ListChangeSetsCommand({ StackName: 'mcp-dev' }));
    return Summaries.filter(({ ExecutionStatus }) => ExecutionStatus === 'AVAILABLE');
  };
  const OTHERS = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });

  it('leaves a stack of somebody else alone', async () => {
    await cloudFormation.send(new CreateStackCommand({ StackName: 'mcp-others', TemplateBody: OTHERS }));
    const { error } = await failing({ stage: 'others', request: { yes: true } });
    expect(error).to.include({ exitCode: 1, code: 'not_ours' });
    expect(changed()).to.equal(0);
  });

  it('leaves a change set alone that somebody else prepared for a new stack', async () => {
    const review = { StackName: 'mcp-review', ChangeSetName: 'theirs', TemplateBody: OTHERS };
    await cloudFormation.send(new CreateChangeSetCommand({ ...review, ChangeSetType: 'CREATE' }));
    const { error } = await failing({ stage: 'review', request: { yes: true } });
    expect(error).to.include({ exitCode: 1, code: 'not_ours' });
    expect(changed()).to.equal(0);
  });

  it('counts a stack as absent that an interrupted deployment only prepared', async () => {
    const ours = { StackName: 'mcp-half', ChangeSetName: 'mcp-s3-0011', TemplateBody: OTHERS };
    await cloudFormation.send(new CreateChangeSetCommand({ ...ours, ChangeSetType: 'CREATE' }));
    const { result } = await deploySmall(emulator, service, { stage: 'half' });
    expect(result.result).to.equal('created');
  });

  it('changes nothing where the person declines', async () => {
    const first = await failing({ stage: 'new', answer: 'no' });
    expect(first.error).to.include({ exitCode: 4, code: 'declined' });
    expect(changed()).to.equal(0);
    const update = await failing({ flags: { 'max-tasks': '7' }, answer: 'no' });
    expect(update.error.exitCode).to.equal(4);
    expect(await waitingChanges()).to.deep.equal([]);
    expect((await stackOf('dev'))!.parameters.MaxTasks).to.equal('4');
  });

  it('shows an update with --dry-run and leaves no change set', async () => {
    const { result, plans } = await deploySmall(emulator, service, {
      flags: { 'max-tasks': '7' },
      request: { dryRun: true },
    });
    expect(result.result).to.equal('planned');
    expect(plans[0]!.resources.changes).to.have.lengthOf(1);
    expect(plans[0]!.resources.changes[0]).to.include({ title: 'Carries alarms', action: 'change' });
    expect(await waitingChanges()).to.deep.equal([]);
    expect(emulator.proxy.count(/ExecuteChangeSet/)).to.equal(0);
  });

  it('does not lose data where nobody can be asked, unless it is told to', async () => {
    const { Bucket: _, ...rest } = SMALL;
    const template = smallTemplate({ ...rest, Other: { Type: 'AWS::S3::Bucket' } });
    template.Outputs!.S3BucketName = { Value: { Ref: 'Other' } };
    const { error } = await failing({ template });
    expect(error).to.include({ exitCode: 2, code: 'data_at_risk' });
    expect(error.message).to.include('(Bucket): ITS CONTENT IS DELETED');
    expect(error.suggestions.join()).to.include('--yes');
    expect(emulator.proxy.count(/ExecuteChangeSet/)).to.equal(0);
    const { result } = await deploySmall(emulator, service, { template, request: { yes: true } });
    expect(result.result).to.equal('updated');
    await deploySmall(emulator, service, { request: { yes: true } });
  });

  it('says so where somebody else is quicker, and does its part the next time', async () => {
    emulator.proxy.rig({
      action: 'cloudformation:ExecuteChangeSet',
      times: 1,
      async do() {
        const Parameters = [{ ParameterKey: 'MinTasks', ParameterValue: '3' }];
        const StackName = 'mcp-dev';
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
        for (const { ParameterKey } of Stacks![0]!.Parameters!) {
          if (ParameterKey !== 'MinTasks') Parameters.push({ ParameterKey, UsePreviousValue: true } as never);
        }
        await cloudFormation.send(
          new UpdateStackCommand({ StackName, UsePreviousTemplate: true, Parameters }),
        );
        await waitUntilStackUpdateComplete(
          { client: cloudFormation, maxWaitTime: 30, minDelay: 1 },
          { StackName },
        );
        return undefined;
      },
    });
    const { error } = await failing({ flags: { 'max-tasks': '9' } });
    expect(error).to.include({ exitCode: 5, code: 'concurrent_change' });
    await deploySmall(emulator, service, { flags: { 'max-tasks': '9' } });
    expect((await stackOf('dev'))!.parameters).to.include({ MinTasks: '3', MaxTasks: '9' });
  });

  it('names the action that is denied, before anything is made', async () => {
    const user = await createUser(
      emulator,
      'half',
      allow(['cloudformation:Describe*', 'cloudformation:GetTemplate']),
    );
    emulator.proxy.rig({ action: /^bedrock:/, do: 'deny' });
    const { error } = await failing({ stage: 'denied', keys: user.keys });
    expect(error).to.include({ exitCode: 3, code: 'access_denied' });
    expect(error.message).to.match(
      /^2 things stand in the way:\n- .*ec2:DescribeAvailabilityZones\n- .*models of Bedrock/,
    );
    expect(changed()).to.equal(0);
  });

  it('goes on where it may not look at what it can do without', async () => {
    const denied = [
      'iam:ListRoles',
      'ec2:DescribeVpcs',
      'servicequotas:GetServiceQuota',
      'apigateway:GET /account',
    ];
    for (const action of denied) emulator.proxy.rig({ action, do: 'deny' });
    const { result } = await deploySmall(emulator, service, { stage: 'blind', request: { dryRun: true } });
    expect(result.warnings.join('\n')).to.match(/needs ec2:DescribeVpcs/);
    expect(result.warnings.join('\n')).to.match(/needs iam:ListRoles/);
    expect(result.warnings.join('\n')).to.match(/needs servicequotas:GetServiceQuota/);
    expect(result.warnings.join('\n')).to.match(/needs apigateway:GET/);
  });

  it('is no step back to an older version, unless it is told to', async () => {
    await deploySmall(emulator, service, { version: '1.2.0' });
    const { error } = await failing({ version: '1.1.0' });
    expect(error).to.include({ exitCode: 2, code: 'older_version' });
    expect(error.message).to.include('1.2.0').and.to.include('1.1.0');
    const { result } = await deploySmall(emulator, service, {
      version: '1.1.0',
      request: { allowDowngrade: true },
    });
    expect(result.result).to.equal('updated');
    await deploySmall(emulator, service, { version: '1.0.0', request: { allowDowngrade: true } });
  });

  it('finds values that do not fit together with what is deployed', async () => {
    const { error } = await failing({ flags: { 'min-tasks': '50' } });
    expect(error.exitCode).to.equal(2);
    expect(error.message).to.equal('--min-tasks 50 is above --max-tasks 9');
  });

  it('tells the setting whose deployed value a new template refuses', async () => {
    const template = smallTemplate();
    template.Parameters!.MaxTasks!.AllowedValues = ['4', '5'];
    const { error } = await failing({ template });
    expect(error.message).to.include('MaxTasks');
    expect(error.suggestions.join()).to.include('--reset max-tasks');
  });
});

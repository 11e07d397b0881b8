import { CloudFormationClient, CreateChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { outputOf, readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { type Emulator, type Keys, startEmulator } from '../support/aws/emulator.ts';
import { queryResult } from '../support/aws/fault.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createStack } from '../support/aws/small-stage.ts';

const STACK = `
Parameters: { Stage: { Type: String } }
Resources: { Topic: { Type: AWS::SNS::Topic } }
Outputs: { TopicArn: { Value: !Ref Topic } }
`;
const signal = new AbortController().signal;

describe('the stack of a stage', () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
    await createStack(emulator, 'mcp-dev', 'dev', STACK);
    await createStack(emulator, 'mcp-dev-bootstrap', 'dev', STACK);
    await createStack(emulator, 'mcp-blog', undefined, STACK);
    await createStack(emulator, 'mcp-moved', 'other', STACK);
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  const read = (stage: string, keys?: Keys) => readDeployedStack(emulator.connection(keys), stage, signal);
  const failure = (stage: string, keys?: Keys) =>
    read(stage, keys).then(
      () => expect.fail('it was read'),
      (error) => error,
    );

  it('is read once, with what it says of itself', async () => {
    const stack = await read('dev');
    expect(stack).to.deep.include({ stage: 'dev', region: 'eu-central-1', name: 'mcp-dev' });
    expect(stack.parameters).to.deep.equal({ Stage: 'dev' });
    expect(outputOf(stack, 'TopicArn')).to.match(/^arn:aws:sns:/);
    expect(emulator.proxy.calls).to.have.lengthOf(1);
  });

  it('may lack an output that another version did not have', async () => {
    const stack = await read('dev');
    expect(() => outputOf(stack, 'LogGroupName'))
      .to.throw('the stack mcp-dev has no output LogGroupName')
      .with.property('code', 'missing_output');
  });

  it('is missing where the stage is not deployed, and the others are named', async () => {
    const error = await failure('prod');
    expect(error).to.include({ code: 'not_deployed', exitCode: 1 });
    expect(error.message).to.equal('stage prod is not deployed in eu-central-1');
    expect(error.suggestions[0]).to.equal('deploy it: mcp-s3 deploy --stage prod --region eu-central-1');
    expect(error.suggestions[1]).to.equal('stages in eu-central-1: dev (choose with --stage)');
  });

  it('is missing too for who may not list the others', async () => {
    const one = allow('cloudformation:DescribeStacks', 'arn:aws:cloudformation:*:*:stack/mcp-*/*');
    const user = await createUser(emulator, 'ann', one);
    const error = await failure('prod', user.keys);
    expect(error).to.include({ code: 'not_deployed' });
    expect(error.suggestions).to.have.lengthOf(2);
  });

  it('is missing where it was only reviewed', async () => {
    await emulator.client(CloudFormationClient).send(
      new CreateChangeSetCommand({
        StackName: 'mcp-plan',
        ChangeSetName: 'mcp-s3-1',
        ChangeSetType: 'CREATE',
        TemplateBody: STACK,
        Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'plan' }],
        Tags: [{ Key: 'mcp-s3:stage', Value: 'plan' }],
      }),
    );
    expect(await failure('plan')).to.include({ code: 'not_deployed' });
  });

  it('of somebody else is left alone', async () => {
    for (const [stage, why] of [
      ['blog', 'has no tag mcp-s3:stage'],
      ['moved', 'says other'],
    ] as const) {
      const error = await failure(stage);
      expect(error).to.include({ code: 'not_ours', exitCode: 1 });
      expect(error.message).to.include(`mcp-${stage}`).and.to.include(why);
    }
  });

  for (const [status, code, exitCode, remedy] of [
    ['CREATE_IN_PROGRESS', 'still_deploying', 5, 'deploy'],
    ['DELETE_IN_PROGRESS', 'being_destroyed', 5, 'destroy'],
    ['CREATE_FAILED', 'half_deployed', 1, 'deploy'],
    ['ROLLBACK_IN_PROGRESS', 'half_deployed', 1, 'deploy'],
    ['ROLLBACK_COMPLETE', 'half_deployed', 1, 'deploy'],
    ['ROLLBACK_FAILED', 'half_deployed', 1, 'deploy'],
    ['DELETE_FAILED', 'half_destroyed', 1, 'destroy'],
  ] as const) {
    it(`in ${status} is ${code}`, async () => {
      standsIn(status);
      const error = await failure('dev');
      expect(error).to.include({ code, exitCode });
      expect(error.suggestions[0]).to.include(`mcp-s3 ${remedy} --stage dev --region eu-central-1`);
      if (exitCode === 1) expect(error.message).to.include('out of capacity');
    });
  }

  for (const status of [
    'CREATE_COMPLETE',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
  ]) {
    it(`in ${status} serves`, async () => {
      standsIn(status);
      expect(await read('dev')).to.include({ status });
    });
  }

  it('cannot be read without the permission, which is named', async () => {
    const user = await createUser(emulator, 'bob', allow('s3:ListAllMyBuckets'));
    const error = await failure('dev', user.keys);
    expect(error).to.include({ code: 'access_denied', exitCode: 3 });
    expect(error.message).to.include('cloudformation:DescribeStacks');
  });

  function standsIn(status: string) {
    const tags = '<Tags><member><Key>mcp-s3:stage</Key><Value>dev</Value></member></Tags>';
    const stack = `<StackId>arn:aws:cloudformation:eu-central-1:1:stack/mcp-dev/1</StackId><StackName>mcp-dev</StackName><CreationTime>2026-11-24T10:00:00Z</CreationTime><StackStatus>${status}</StackStatus><StackStatusReason>out of capacity</StackStatusReason>${tags}`;
    emulator.proxy.rig({
      action: 'cloudformation:DescribeStacks',
      do: (call) => queryResult(call, `<Stacks><member>${stack}</member></Stacks>`),
    });
  }
});

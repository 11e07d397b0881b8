import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { handlerActions, NOT_NEEDED, neededActions } from '../support/aws/handler-actions.ts';
import { pipelinePolicy, readPolicy } from '../support/aws/permissions.ts';

/** A resource of ours, and one of somebody else, by the service of the action. */
const ARNS: Record<string, [ours: string, others: string]> = {
  apigateway: [
    'arn:aws:apigateway:eu-central-1::/restapis/a1',
    'arn:aws:apigateway:eu-central-1::/domainnames/a',
  ],
  cloudformation: [arn('cloudformation', 'stack/mcp-dev/1'), arn('cloudformation', 'stack/other/1')],
  cloudwatch: [arn('cloudwatch', 'alarm:mcp-dev-5xx'), arn('cloudwatch', 'alarm:other')],
  ecr: [arn('ecr', 'repository/mcp-dev'), arn('ecr', 'repository/other')],
  ecs: [arn('ecs', 'service/mcp-dev/mcp-dev'), arn('ecs', 'service/other/other')],
  elasticloadbalancing: [
    arn('elasticloadbalancing', 'loadbalancer/app/mcp-dev-alb/1'),
    arn('elasticloadbalancing', 'loadbalancer/app/other/1'),
  ],
  events: [arn('events', 'rule/mcp-dev-upload'), arn('events', 'rule/other')],
  iam: ['arn:aws:iam::123456789012:role/mcp-dev-TaskRole-1', 'arn:aws:iam::123456789012:role/other'],
  lambda: [arn('lambda', 'function:mcp-dev-keeper'), arn('lambda', 'function:other')],
  logs: [arn('logs', 'log-group:/ecs/mcp-dev-task:*'), arn('logs', 'log-group:/ecs/other:*')],
  s3: ['arn:aws:s3:::mcp-dev-bucket-1', 'arn:aws:s3:::other'],
  secretsmanager: [arn('secretsmanager', 'secret:ApiKeySecretA-1'), arn('secretsmanager', 'secret:other')],
  sns: [arn('sns', 'mcp-dev-alarms'), arn('sns', 'other')],
  sqs: [arn('sqs', 'mcp-dev-UploadQueue-1'), arn('sqs', 'other')],
};

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
}

describe('the policy of a deployer', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let needed: string[];
  /** Of a person, and of a pipeline. */
  let documents: string[];
  before(async () => {
    emulator = await startEmulator();
    documents = [await readPolicy('deployer'), await pipelinePolicy('dev')].map((one) => JSON.stringify(one));
    needed = await neededActions();
  });
  after(() => emulator?.close());

  /** Actions that the policy does not allow on the resource. */
  async function denied(document: string, actions: string[], resource: string): Promise<string[]> {
    const iam = emulator.client(IAMClient);
    const { EvaluationResults = [] } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [document],
        ActionNames: actions,
        ResourceArns: [resource],
        ContextEntries: [],
      }),
    );
    return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed').map(
      ({ EvalActionName }) => EvalActionName!,
    );
  }

  const ofService = (service: string) => needed.filter((action) => action.startsWith(`${service}:`));
  const conditional = ['iam:PassRole', 'iam:CreateServiceLinkedRole'];

  it('allows on its own resources whatever CloudFormation does for it', async () => {
    for (const document of documents) {
      const missing: string[] = [];
      for (const service of new Set(needed.map((action) => action.split(':')[0]!))) {
        const actions = ofService(service).filter((action) => !conditional.includes(action));
        missing.push(...(await denied(document, actions, ARNS[service]?.[0] ?? '*')));
      }
      expect(missing).to.deep.equal([]);
    }
  });

  it("changes nothing of somebody else's, where a resource has a name", async () => {
    const unnamed = [
      'ecs:DeregisterTaskDefinition',
      'ecs:RegisterTaskDefinition',
      'lambda:CreateEventSourceMapping',
      'lambda:DeleteEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      'lambda:TagResource',
      'lambda:UntagResource',
      'sns:SetSubscriptionAttributes',
      'sns:Unsubscribe',
    ];
    const changes = /:(?!Describe|Get|List|REST)/;
    for (const [service, [, others]] of Object.entries(ARNS)) {
      const actions = ofService(service).filter(
        (action) => changes.test(action) && !unnamed.includes(action) && action !== 'apigateway:GET',
      );
      for (const document of actions.length > 0 ? documents : []) {
        expect(await denied(document, actions, others)).to.have.members(actions);
      }
    }
  });

  it('knows no exception that no handler lists', async () => {
    const all = await handlerActions();
    const stale = NOT_NEEDED.filter(([pattern]) => !all.some((action) => pattern.test(action)));
    expect(stale).to.deep.equal([]);
  });
});

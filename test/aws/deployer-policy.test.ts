import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { handlerActions } from '../support/aws/handler-actions.ts';
import { readPolicy } from '../support/aws/permissions.ts';

/** Actions that handlers list for properties that our templates do not set, or that are no actions. */
const NOT_NEEDED: [pattern: RegExp, why: string][] = [
  [
    /^(kms|firehose|s3tables|s3files|elasticfilesystem|cognito-idp|vpc-lattice|vpce):/,
    'no such property is set',
  ],
  [/^s3:REST/, 'no action of IAM'],
  [/^iam:(DeleteServiceLinkedRole|GetServiceLinkedRoleDeletionStatus)$/, 'the roles of services are kept'],
  [/^iam:(Delete|Put)RolePermissionsBoundary$/, 'no boundary is set'],
  [/^ecs:PutAccountSetting/, "the account's settings stay as they are"],
  [/^lambda:(GetCodeSigningConfig|GetLayerVersion|PassCapacityProvider)$/, 'neither signing nor layers'],
  [/^logs:.*ResourcePolic|^logs:(CreateLogDelivery)$/, 'no such property is set'],
  [
    /^ec2:(Attach|Detach)VpnGateway$|^ec2:.*SubnetCidrBlock$|^ec2:ModifyVpcTenancy$/,
    'no such property is set',
  ],
  [/^ec2:CreateVpcEncryptionControl$/, 'no such property is set'],
  [/^elasticloadbalancing:ModifyCapacityReservation$/, 'no such property is set'],
  [/^lambda:.*ProvisionedConcurrency/, 'only ECS is scaled'],
];

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
  let document: string;
  before(async () => {
    emulator = await startEmulator();
    document = JSON.stringify(await readPolicy('deployer'));
    needed = await neededActions();
  });
  after(() => emulator?.close());

  /** Actions that the policy does not allow on the resource. */
  async function denied(actions: string[], resource: string): Promise<string[]> {
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
    const missing: string[] = [];
    for (const service of new Set(needed.map((action) => action.split(':')[0]!))) {
      const actions = ofService(service).filter((action) => !conditional.includes(action));
      missing.push(...(await denied(actions, ARNS[service]?.[0] ?? '*')));
    }
    expect(missing).to.deep.equal([]);
  });

  it("changes nothing of somebody else's, where a resource has a name", async () => {
    const unnamed = [
      'ecs:DeregisterTaskDefinition',
      'lambda:CreateEventSourceMapping',
      'lambda:DeleteEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      'lambda:TagResource',
      'lambda:UntagResource',
      'sns:Unsubscribe',
    ];
    const changes = /:(?!Describe|Get|List|REST)/;
    for (const [service, [, others]] of Object.entries(ARNS)) {
      const actions = ofService(service).filter(
        (action) => changes.test(action) && !unnamed.includes(action) && action !== 'apigateway:GET',
      );
      if (actions.length > 0) expect(await denied(actions, others)).to.have.members(actions);
    }
  });

  it('knows no exception that no handler lists', async () => {
    const all = await handlerActions();
    const stale = NOT_NEEDED.filter(([pattern]) => !all.some((action) => pattern.test(action)));
    expect(stale).to.deep.equal([]);
  });

  async function neededActions(): Promise<string[]> {
    return (await handlerActions()).filter((action) => !NOT_NEEDED.some(([pattern]) => pattern.test(action)));
  }
});

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'chai';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { readPolicy } from '../support/aws/permissions.ts';
import { ROOT } from '../support/imports.ts';

/**
 * What CloudFormation does in the name of whoever deploys stands in the published schema of each resource type
 * ("handlers"). MiniStack does not ask for it, so that the schemas that cfn-lint carries are the judge here. The lane
 * `emulator` names their folder:
 *
 *   MCP_S3_TEST_CFN_SCHEMAS=…/cfnlint/data/schemas/resources
 */
const SCHEMAS = process.env.MCP_S3_TEST_CFN_SCHEMAS;

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

/** Every action of the handlers of the types that our templates use. */
async function handlerActions(): Promise<string[]> {
  const folder = SCHEMAS ?? (await cachedSchemas());
  const { template: app } = await composeTemplate();
  const { template: bootstrap } = await composeBootstrap();
  const resources = [app, bootstrap].flatMap(({ Resources }) => Object.values(Resources));
  const types = new Set(resources.map(({ Type }) => Type));
  const actions = new Set<string>();
  for (const name of await readdir(folder)) {
    const { typeName, handlers = {} } = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    if (!types.delete(typeName)) continue;
    for (const verb of ['create', 'read', 'update', 'delete']) {
      for (const action of handlers[verb]?.permissions ?? []) actions.add(action);
    }
  }
  expect([...types], 'types without a schema').to.deep.equal([]);
  return [...actions].sort();
}

/** Where the lanes put it. */
async function cachedSchemas(): Promise<string> {
  const lib = path.join(ROOT, '.cache/lanes/python-cfn-lint==1.58.0/lib');
  if (!existsSync(lib))
    throw new Error('cfn-lint is not installed: run `node scripts/lanes.mjs emulator` once');
  const [python] = await readdir(lib);
  return path.join(lib, python!, 'site-packages/cfnlint/data/schemas/resources');
}

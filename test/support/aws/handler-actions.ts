import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { composeBootstrap, composeTemplate } from '../../../src/stack/compose/compose.ts';
import { ROOT } from '../imports.ts';

/**
 * What CloudFormation does in the name of whoever deploys stands in the published schema of each resource type
 * ("handlers"). MiniStack does not ask for it, so that the schemas that cfn-lint carries are the judge here. The lane
 * `emulator` names their folder:
 *
 *   MCP_S3_TEST_CFN_SCHEMAS=…/cfnlint/data/schemas/resources
 */
const SCHEMAS = process.env.MCP_S3_TEST_CFN_SCHEMAS;

/** Actions that handlers list for properties that our templates do not set, or that are no actions. */
export const NOT_NEEDED: [pattern: RegExp, why: string][] = [
  [
    /^(kms|firehose|s3tables|s3files|elasticfilesystem|cognito-idp|vpc-lattice|vpce):/,
    'no such property is set',
  ],
  [/^s3:REST|^apigateway:(un)?TagResource$/, 'no action of IAM'],
  [/^iam:(DeleteServiceLinkedRole|GetServiceLinkedRoleDeletionStatus)$/, 'the roles of services are kept'],
  [/^iam:(Delete|Put)RolePermissionsBoundary$/, 'no boundary is set'],
  [/^ecs:PutAccountSetting/, "the account's settings stay as they are"],
  [/^lambda:(GetCodeSigningConfig|GetLayerVersion|PassCapacityProvider)$/, 'neither signing nor layers'],
  [/^logs:.*ResourcePolic|^logs:(CreateLogDelivery)$/, 'no such property is set'],
  [
    /^ec2:(Attach|Detach)VpnGateway$|^ec2:.*SubnetCidrBlock$|^ec2:ModifyVpcTenancy$/,
    'no such property is set',
  ],
  [/^s3:UpdateBucketMetadata|^lambda:AssociateRuntimeAlias$/, 'no such property is set'],
  [
    /^logs:(Put(BearerTokenAuthentication|LogGroupDeletionProtection)|(Put|Delete)IndexPolicy)$/,
    'no such property is set',
  ],
  [/^ec2:CreateVpcEncryptionControl$/, 'no such property is set'],
  [/^elasticloadbalancing:ModifyCapacityReservation$/, 'no such property is set'],
  [/^lambda:.*ProvisionedConcurrency/, 'only ECS is scaled'],
];

/** Every action of the handlers of the types that our templates use. */
export async function handlerActions(): Promise<string[]> {
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

/** Those that our templates have a use for. */
export async function neededActions(): Promise<string[]> {
  return (await handlerActions()).filter((action) => !NOT_NEEDED.some(([pattern]) => pattern.test(action)));
}

/** Where the lanes put it. */
async function cachedSchemas(): Promise<string> {
  const lib = path.join(ROOT, '.cache/lanes/python-cfn-lint==1.58.0/lib');
  if (!existsSync(lib))
    throw new Error('cfn-lint is not installed: run `node scripts/lanes.mjs emulator` once');
  const [python] = await readdir(lib);
  return path.join(lib, python!, 'site-packages/cfnlint/data/schemas/resources');
}

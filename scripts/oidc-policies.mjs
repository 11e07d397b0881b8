/**
 * The policies of the roles in templates/github-oidc.yaml: those of docs/permissions, narrowed to one stage.
 *
 *   node scripts/oidc-policies.mjs    writes them into the template, after a change of docs/permissions
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const TEMPLATE = new URL('templates/github-oidc.yaml', ROOT);

/** Endings of ARNs of any stage, and those of one; what is not here is a name that begins with the stage's. */
const OF_ONE_STAGE = {
  'stack/mcp-*/*': [`stack/mcp-\${Stage}/*`, `stack/mcp-\${Stage}-bootstrap/*`],
  'changeSet/mcp-s3-*/*': ['changeSet/mcp-s3-*/*'],
  'mcp-*-bootstrap-*/*': [`mcp-\${Stage}-bootstrap-*/*`],
  'dashboard/mcp-*': [`dashboard/mcp-\${Stage}`],
  'repository/mcp-*': [`repository/mcp-\${Stage}`, `repository/mcp-\${Stage}-*`],
  '*/mcp-*': [`*/mcp-\${Stage}`, `*/mcp-\${Stage}/*`, `*/mcp-\${Stage}-*`],
  // The second is the account's, for all APIs of a region.
  'role/mcp-*': [`role/mcp-\${Stage}-*`, 'role/mcp-s3-api-gateway-logs'],
};

/** What `destroy` and `doctor` ask for, which no pipeline runs. */
const NOT_TO_DEPLOY = [
  'ec2:DeleteNetworkInterface',
  'iam:ListOpenIDConnectProviders',
  'lambda:ListEventSourceMappings',
  's3:ListAllMyBuckets',
];

/**
 * What a pipeline needs of services of which somebody who deploys, repairs and destroys by hand may do all with what is
 * named after a stage: what CloudFormation asks for to make, change and delete the resources, and what `deploy` asks
 * for itself. Not among it: commands inside of tasks, messages, versions of files, values of secrets, alarms' states.
 */
const OF_SERVICE = {
  apigateway: 'DELETE GET PATCH POST PUT UpdateRestApiPolicy',
  cloudformation:
    'ContinueUpdateRollback CreateChangeSet DeleteChangeSet DeleteStack Describe* ExecuteChangeSet GetTemplate ListChangeSets RollbackStack TagResource',
  cloudwatch: 'Delete* Get* List* Put* TagResource UntagResource',
  ecr: 'BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload CreateRepository Delete* Describe* Get* InitiateLayerUpload List* Put* SetRepositoryPolicy TagResource UntagResource UploadLayerPart',
  ecs: 'Create* DeleteCluster DeleteService PutClusterCapacityProviders Stop* TagResource UntagResource Update*',
  elasticloadbalancing: 'AddTags Create* Delete* DeregisterTargets Modify* RegisterTargets RemoveTags Set*',
  events:
    'DeleteRule DescribeRule EnableRule List* PutRule PutTargets RemoveTargets TagResource UntagResource',
  lambda:
    'AddPermission CreateFunction DeleteFunction* Get* InvokeFunction ListTags PublishVersion PutFunction* PutRuntimeManagementConfig RemovePermission UpdateFunction*',
  logs: 'AssociateKmsKey CreateLogGroup Delete* DisassociateKmsKey FilterLogEvents Get* List* PutDataProtectionPolicy PutMetricFilter PutRetentionPolicy TagResource UntagResource',
  s3: 'CreateBucket* DeleteBucket* DeleteObject Get* ListBucket* ListTagsForResource Put* TagResource UntagResource',
  secretsmanager:
    'CreateSecret DeleteSecret DescribeSecret GetSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions TagResource UntagResource UpdateSecret',
  sns: 'CreateTopic DeleteTopic Get* List* PutDataProtectionPolicy Set* Subscribe TagResource UntagResource',
  sqs: 'CreateQueue DeleteQueue GetQueue* ListQueueTags SetQueueAttributes TagQueue UntagQueue',
};

/** A policy of docs/permissions for one stage, with the template's parameter for its name. */
export function narrowed({ Statement, ...rest }) {
  const list = (value) => (Array.isArray(value) ? value : [value]);
  return {
    ...rest,
    Statement: Statement.map((statement) => ({
      ...statement,
      Action: list(statement.Action).flatMap(toDeploy),
      Resource: list(statement.Resource).flatMap(ofOneStage),
    })),
  };
}

function toDeploy(action) {
  const [service, what] = action.split(':');
  if (what === '*') return OF_SERVICE[service].split(' ').map((one) => `${service}:${one}`);
  return NOT_TO_DEPLOY.includes(action) ? [] : [action];
}

function ofOneStage(arn) {
  const known = Object.keys(OF_ONE_STAGE).find((ending) => arn.endsWith(`:${ending}`));
  const arns = known
    ? OF_ONE_STAGE[known].map((ending) => arn.slice(0, -known.length) + ending)
    : [arn.replace('mcp-*', `mcp-\${Stage}-*`)];
  return arns.map((one) => one.replace('arn:aws:', `arn:\${AWS::Partition}:`));
}

/** The template's text with both policies in the places that its comments mark. */
export async function withPolicies(template) {
  let text = template;
  for (const name of ['deployer', 'planner']) {
    const policy = JSON.parse(await readFile(new URL(`docs/permissions/${name}.json`, ROOT), 'utf8'));
    const place = new RegExp(`(?<=# begin ${name}\\.json[^\\n]*\\n)[^]*?(?=^ *# end ${name}\\.json)`, 'm');
    if (!place.test(text)) throw new Error(`the template has no place for ${name}.json`);
    text = text.replace(place, () => `${statements(narrowed(policy)).join('\n')}\n`);
  }
  return text;
}

function statements({ Statement }) {
  const indent = ' '.repeat(14);
  const value = (text) => (text.includes('${') ? `!Sub ${text}` : /^[*]/.test(text) ? `'${text}'` : text);
  return Statement.flatMap(({ Sid, Effect, Action, Resource, Condition }) =>
    [
      `- Sid: ${Sid}`,
      `  Effect: ${Effect}`,
      ...items('Action', Action),
      ...items('Resource', Resource),
      ...(Condition === undefined
        ? []
        : [
            '  Condition:',
            ...Object.entries(Condition).flatMap(([operator, keys]) => condition(operator, keys)),
          ]),
    ].map((line) => indent + line),
  );

  function items(title, values) {
    return [`  ${title}:`, ...values.map((one) => `    - ${value(one)}`)];
  }
  function condition(operator, keys) {
    return [
      `    ${operator}:`,
      ...Object.entries(keys).flatMap(([key, values]) => [
        `      ${key}:`,
        ...[values].flat().map((one) => `        - ${value(one)}`),
      ]),
    ];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(TEMPLATE, await withPolicies(await readFile(TEMPLATE, 'utf8')));
}

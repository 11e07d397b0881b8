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

/** A policy of docs/permissions for one stage, with the template's parameter for its name. */
export function narrowed({ Statement, ...rest }) {
  const list = (value) => (Array.isArray(value) ? value : [value]);
  return {
    ...rest,
    Statement: Statement.map((statement) => ({
      ...statement,
      Action: list(statement.Action).filter((action) => !NOT_TO_DEPLOY.includes(action)),
      Resource: list(statement.Resource).flatMap(ofOneStage),
    })),
  };
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

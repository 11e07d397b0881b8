import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { expect } from 'chai';
import { RESERVED_PREFIX } from '../../server/names.ts';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { functionText } from '../support/functions/load-function.ts';

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever stands in the template
  Properties: any;
}

const text = await readFile('templates/app/events.yaml', 'utf8');
const resources = parseTemplate(text).Resources as unknown as Record<string, Resource>;
const properties = (id: string) => resources[id]!.Properties;

const FUNCTIONS = [
  { id: 'UploadFunction', role: 'UploadFunctionRole', name: 'upload' },
  { id: 'Keeper', role: 'KeeperRole', name: 'keeper' },
];

/** What Lambda itself does with the role: it writes the log and takes from the queue. */
const LAMBDAS_OWN = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
];

/** Where the action of the policy is not the command's own name. */
const ACTION_OF: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  'api_gateway:GetApiKeys': 'apigateway:GET',
  'api_gateway:UpdateApiKey': 'apigateway:PATCH',
};

const PREFIX_OF: Record<string, string> = {
  api_gateway: 'apigateway',
  application_auto_scaling: 'application-autoscaling',
  cloudwatch_logs: 'logs',
  elastic_load_balancing_v2: 'elasticloadbalancing',
  secrets_manager: 'secretsmanager',
};

for (const { id, role, name } of FUNCTIONS) {
  describe(`${id} in the template`, () => {
    let code: string;
    before(async () => {
      code = await functionText(name);
    });

    it('holds the bundle of the same name', () => {
      expect(properties(id).Code).to.deep.equal({ ZipFile: { 'Fn::Inline': name } });
      expect(properties(id).Handler).to.equal('index.handler');
    });

    it('is given exactly the settings that it reads', () => {
      const read = [...code.matchAll(/\b(?:numberS|listS|s)etting\("([A-Z_]+)"\)/g)].map(
        ([, setting]) => setting,
      );
      expect(Object.keys(properties(id).Environment.Variables)).to.have.members([...new Set(read)]);
    });

    it('may do exactly what its code calls', () => {
      const used = [...code.matchAll(/import_client_(\w+)\.(\w+)Command\(/g)].map(([, client, command]) => {
        const action = `${client}:${command}`;
        return ACTION_OF[action] ?? `${PREFIX_OF[client!] ?? client}:${command}`;
      });
      const allowed = properties(role).Policies.flatMap(
        (policy: { PolicyDocument: { Statement: { Action: string | string[] }[] } }) =>
          policy.PolicyDocument.Statement.flatMap(({ Action }) => Action),
      );
      expect(allowed.filter((action: string) => !LAMBDAS_OWN.includes(action))).to.have.members([
        ...new Set(used),
      ]);
    });

    it('needs nothing but Node and the SDK that Lambda brings', () => {
      const required = [...code.matchAll(/require\("([^"]+)"\)/g)].map(([, module]) => module!);
      expect(required).to.not.be.empty;
      for (const module of required) {
        expect(module.startsWith('@aws-sdk/client-') || builtinModules.includes(module), module).to.equal(
          true,
        );
      }
    });

    it('stays small: its text is part of the template', () => {
      expect(code.length).to.be.below(20_000);
      expect(code).to.match(/^[\x20-\x7e\n]*$/);
    });
  });
}

describe('what the keeper may read of the log', () => {
  it('is the log group by both names that AWS asks by', () => {
    const statements = properties('KeeperRole').Policies[0].PolicyDocument.Statement;
    const { Resource } = statements.find(
      ({ Action }: { Action: unknown }) => Action === 'logs:FilterLogEvents',
    );
    expect(JSON.stringify(Resource[0])).to.match(/:log-group:\$\{LogGroup\}"\}$/);
    // Ends with `:*` (CloudFormation, AWS::Logs::LogGroup, "Return values").
    expect(Resource[1]).to.deep.equal({ 'Fn::GetAtt': ['LogGroup', 'Arn'] });
  });
});

describe('from the bucket to the queue', () => {
  it('leaves out what the service itself writes', () => {
    const { object } = properties('UploadRule').EventPattern.detail;
    expect(object).to.deep.equal({ key: [{ 'anything-but': { prefix: RESERVED_PREFIX } }] });
  });

  it("hides a message for six times the function's time", () => {
    expect(properties('UploadQueue').VisibilityTimeout).to.equal(6 * properties('UploadFunction').Timeout);
  });

  it('lets only the rule send, and only over TLS', () => {
    const [send, refuse, ...others] = properties('UploadQueuePolicy').PolicyDocument.Statement;
    expect(send).to.include({ Effect: 'Allow', Action: 'sqs:SendMessage' });
    expect(send.Condition.ArnEquals['aws:SourceArn']).to.deep.equal({ 'Fn::GetAtt': ['UploadRule', 'Arn'] });
    expect(refuse).to.deep.include({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(others).to.deep.equal([]);
  });

  it('hands failures back one by one', () => {
    expect(properties('UploadQueueMapping').FunctionResponseTypes).to.deep.equal(['ReportBatchItemFailures']);
  });
});

describe('what calls the keeper', () => {
  for (const [rule, action] of [
    ['KeeperSchedule', 'check'],
    ['KeeperWakeRule', 'wake'],
  ] as const) {
    it(`${rule} asks it to ${action}`, () => {
      const [target, ...others] = properties(rule).Targets;
      expect(JSON.parse(target.Input)).to.deep.equal({ action });
      expect(others).to.deep.equal([]);
    });
  }
});

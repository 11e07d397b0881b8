import { expect } from 'chai';
import type { Template } from '../../src/stack/compose/cfn-yaml.ts';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { nameDeployment } from '../../src/stack/compose/deployment-id.ts';
import { mergeFragments } from '../../src/stack/compose/merge.ts';
import { readFragments } from '../../src/stack/compose/sources.ts';

const merged = mergeFragments(readFragments(new URL('../../', import.meta.url)));
const VALUES = { ZoneA: 'euc1-az1', ZoneB: 'euc1-az2', Stage: 'dev' };

const idOf = ({ Resources }: Template) => {
  const ids = Object.keys(Resources).filter((id) => Resources[id]!.Type === 'AWS::ApiGateway::Deployment');
  expect(ids).to.have.length(1);
  return ids[0]!;
};

type Edit = (template: Template) => void;

/** The deployment's name after an edit. */
function edited(edit: Edit): string {
  const template = structuredClone(merged);
  edit(template);
  return idOf(nameDeployment(template, VALUES));
}

const properties = (template: Template, id: string) => template.Resources[id]!.Properties!;
const integration = (template: Template) =>
  properties(template, 'SummarizePost').Integration as Record<string, unknown>;

const EDITS: Record<string, Edit> = {
  'another timeout': (template) => Object.assign(integration(template), { TimeoutInMillis: 1000 }),
  'another target': (template) => Object.assign(integration(template), { Uri: 'http://example.com/' }),
  'a method without a key': (template) =>
    Object.assign(properties(template, 'HealthGet'), { ApiKeyRequired: false }),
  'a removed method': ({ Resources }) => delete Resources.OpenApiGet,
  'a new method': ({ Resources }) => {
    Resources.FilesDelete = structuredClone(Resources.FilesGet!);
  },
  'a renamed method': ({ Resources }) => {
    Resources.FilesList = Resources.FilesGet!;
    delete Resources.FilesGet;
  },
  'another condition on a method': ({ Resources }) => {
    Resources.HealthOptions!.Condition = 'TwoZones';
  },
  'another meaning of that condition': (template) => {
    template.Conditions!.HasCors = { 'Fn::Equals': ['a', 'a'] };
  },
  'another path': (template) => Object.assign(properties(template, 'FileResource'), { PathPart: 'object' }),
  'another schema': (template) => Object.assign(properties(template, 'SummarizeModel'), { Schema: {} }),
  'another validator': (template) =>
    Object.assign(properties(template, 'BodyValidator'), { ValidateRequestParameters: true }),
  'another answer of the gateway': (template) =>
    Object.assign(properties(template, 'QuotaResponse'), { StatusCode: '402' }),
  'another setting of the API': (template) =>
    Object.assign(properties(template, 'RestApi'), { SecurityPolicy: 'TLS_1_2' }),
  'a link with other subnets': (template) =>
    Object.assign(properties(template, 'VpcLink'), { SubnetIds: [{ Ref: 'PrivateSubnetA' }] }),
  'a link with another security group': (template) =>
    Object.assign(properties(template, 'VpcLink'), {
      SecurityGroupIds: [{ 'Fn::GetAtt': ['AlbSecurityGroup', 'GroupId'] }],
    }),
  'a replaced subnet under the link': (template) =>
    Object.assign(properties(template, 'PrivateSubnetB'), { CidrBlock: '10.42.0.192/26' }),
  'a replaced network under the subnets': (template) =>
    Object.assign(properties(template, 'Vpc'), { CidrBlock: '10.43.0.0/24' }),
  'a replaced security group of the link': (template) =>
    Object.assign(properties(template, 'LinkSecurityGroup'), { GroupDescription: 'another' }),
  'a replaced load balancer': (template) =>
    Object.assign(properties(template, 'LoadBalancer'), { Name: 'another' }),
  'another default of a parameter behind it': (template) => {
    template.Parameters!.CorsOrigin!.Default = '*';
  },
};

const SAME: Record<string, Edit> = {
  'other words about a method': ({ Resources }) => {
    Resources.FilesGet!.Metadata = { 'mcp-s3': { Description: 'another' } };
  },
  'other limits': (template) => Object.assign(properties(template, 'UsagePlan'), { Quota: {} }),
  'another access log': (template) =>
    Object.assign(properties(template, 'ApiStage'), { AccessLogSetting: {} }),
  'another task': (template) => Object.assign(properties(template, 'TaskDefinition'), { Cpu: '4096' }),
  'another alarm': ({ Resources }) => delete Resources.Alarm5xx,
  'another order of the resources': (template) => {
    template.Resources = Object.fromEntries(Object.entries(template.Resources).reverse());
  },
};

describe('the deployment of the API', () => {
  const before = edited(() => {});

  for (const [what, edit] of Object.entries(EDITS)) {
    it(`has another name after ${what}`, () => {
      expect(edited(edit))
        .to.match(/^ApiDeployment[0-9a-f]{10}$/)
        .and.not.equal(before);
    });
  }

  it('has a name of its own after each', () => {
    const names = Object.values(EDITS).map(edited);
    expect(new Set(names).size).to.equal(names.length);
  });

  for (const [what, edit] of Object.entries(SAME)) {
    it(`keeps its name after ${what}`, () => {
      expect(edited(edit)).to.equal(before);
    });
  }

  it('has another name for other values of the parameters that it depends on, and only of those', () => {
    const withValues = (more: Record<string, string>) =>
      idOf(nameDeployment(structuredClone(merged), { ...VALUES, ...more }));
    expect(withValues({})).to.equal(before);
    for (const more of [{ ZoneA: 'euc1-az3' }, { ZoneB: 'euc1-az3' }, { CorsOrigin: '*' }]) {
      expect(withValues(more), JSON.stringify(more)).not.to.equal(before);
    }
    for (const more of [
      { ImageUri: 'another' },
      { Version: '2.0.0' },
      { MaxTasks: '9' },
      { KeySlots: 'ab' },
    ]) {
      expect(withValues(more), JSON.stringify(more)).to.equal(before);
    }
  });

  it('waits for every part of the API, also for those that a condition may leave out', async () => {
    const { template } = await composeTemplate();
    const id = idOf(template);
    const { DependsOn, Metadata, Properties } = template.Resources[id]!;
    const parts = Object.entries(template.Resources).filter(([, { Type }]) =>
      /^AWS::ApiGateway::(Resource|Method|Model|RequestValidator|GatewayResponse)$/.test(Type),
    );
    const always = parts.filter(([, { Condition }]) => Condition === undefined).map(([name]) => name);
    const sometimes = parts.filter(([, { Condition }]) => Condition !== undefined);
    expect(DependsOn).to.have.members(always);
    expect(Metadata!.After).to.have.deep.members(
      sometimes.map(([Ref, { Condition }]) => ({ 'Fn::If': [Condition, { Ref }, { Ref: 'AWS::NoValue' }] })),
    );
    expect(always).to.include('SummarizePost');
    expect(sometimes.map(([name]) => name)).to.include('McpOptions');
    expect(Properties).to.deep.equal({ RestApiId: { Ref: 'RestApi' } });
  });

  it('is the one that the stage serves, and its first name is gone', async () => {
    const { template, body } = await composeTemplate();
    expect(template.Resources.ApiStage!.Properties!.DeploymentId).to.deep.equal({ Ref: idOf(template) });
    expect(body).not.to.include('"ApiDeployment"');
  });
});

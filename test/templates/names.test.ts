import { expect } from 'chai';
import { readConfig } from '../../server/config.ts';
import {
  API_STAGE,
  CONTAINER_PORT,
  HEALTH_PATH,
  MCP_PATH,
  SUMMARIES_PREFIX,
  stageNames,
} from '../../server/names.ts';
import type { TemplateResource } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';

const { template } = await composeTemplate();
const { template: bootstrap } = await composeBootstrap();

// biome-ignore lint/suspicious/noExplicitAny: whatever stands in the template
const properties = (id: string): any => template.Resources[id]!.Properties;
const [container] = properties('TaskDefinition').ContainerDefinitions;

/** What `!Sub` makes of a text for the stage `dev`. */
const dev = (value: { 'Fn::Sub': string }) => value['Fn::Sub'].replaceAll(`\${Stage}`, 'dev');

describe('names in the template', () => {
  const names = stageNames('dev');

  it('are those that the command line looks for', () => {
    expect(dev(container.Name)).to.equal(names.container);
    expect(dev(properties('Service').LoadBalancers[0].ContainerName)).to.equal(names.container);
    expect(dev(properties('LogGroup').LogGroupName)).to.equal(names.logGroup);
    expect(dev(properties('TargetGroup').Name)).to.equal(names.targetGroup);
    expect(dev(properties('TaskDefinition').Family)).to.equal(names.taskFamily);
  });

  it('begin with the name of the stack, so that two stages never meet', () => {
    const all = [...Object.entries(template.Resources), ...Object.entries(bootstrap.Resources)];
    const names = all.flatMap(([id, { Type, Properties = {} }]: [string, TemplateResource]) =>
      Object.entries(Properties)
        .filter(
          ([property]) => /^((?!Metric)\w*Name|Family)$/.test(property) && Type !== 'AWS::EC2::VPCEndpoint',
        )
        .map(([, value]) => ({ id, name: value as string | { 'Fn::Sub'?: string } })),
    );
    const fixed = names.filter(({ name }) => typeof name === 'string').map(({ id }) => id);
    // Parts of the stage's own API.
    expect(fixed).to.have.members(['BodyValidator', 'SummarizeModel', 'ApiStage']);
    const given = names.filter(({ name }) => typeof name === 'object' && name['Fn::Sub'] !== undefined);
    expect(given.length).to.be.above(20);
    for (const { id, name } of given) {
      expect(dev(name as { 'Fn::Sub': string }), id).to.match(/^(\/ecs\/|\/aws\/\w+\/|scaling-)?mcp-dev\b/);
    }
    // Limits of load balancers and target groups, at the longest stage.
    for (const id of ['LoadBalancer', 'TargetGroup']) {
      const longest = properties(id).Name['Fn::Sub'].replace(`\${Stage}`, 'a'.repeat(20));
      expect(longest, id).to.have.length.at.most(32);
    }
  });

  it('keep to one port and one health check from the load balancer to the process', () => {
    expect(container.PortMappings).to.deep.equal([{ ContainerPort: CONTAINER_PORT, Protocol: 'tcp' }]);
    expect(properties('Service').LoadBalancers[0].ContainerPort).to.equal(CONTAINER_PORT);
    expect(properties('TargetGroup')).to.include({ Port: CONTAINER_PORT, HealthCheckPath: HEALTH_PATH });
    for (const rule of [properties('TaskSecurityGroup').SecurityGroupIngress[0], properties('AlbToTask')]) {
      expect(rule).to.include({ FromPort: CONTAINER_PORT, ToPort: CONTAINER_PORT });
    }
    expect(container.HealthCheck.Command.at(-1)).to.include(
      `http://127.0.0.1:${CONTAINER_PORT}${HEALTH_PATH}`,
    );
  });

  it('know the stage of the API, the path of MCP and the place of summaries', () => {
    expect(properties('ApiStage').StageName).to.equal(API_STAGE);
    expect(`/${properties('McpResource').PathPart}`).to.equal(MCP_PATH);
    const statements = properties('TaskRole').Policies[0].PolicyDocument.Statement;
    const keep = statements.find(({ Sid }: { Sid?: string }) => Sid === 'KeepSummaries');
    expect(keep.Resource).to.deep.equal({ 'Fn::Sub': `\${Bucket.Arn}/${SUMMARIES_PREFIX}*` });
    const rules = properties('Bucket').LifecycleConfiguration.Rules;
    expect(rules.find(({ Id }: { Id: string }) => Id === 'old-summaries').Prefix).to.equal(SUMMARIES_PREFIX);
  });
});

describe('the environment of the server', () => {
  const VALUES: Record<string, string> = {
    Bucket: 'a-bucket',
    'AWS::Region': 'eu-central-1',
    'AWS::AccountId': '123456789012',
    ModelId: 'eu.amazon.nova-2-lite-v1:0',
    AllowedModels: 'a.b-v1:0,extractive-1',
    Prefixes: 'docs/,reports/',
    AllowWrites: 'true',
    CorsOrigin: 'https://app.example.com',
  };
  const environment = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      container.Environment.map(({ Name, Value }: { Name: string; Value: string | { Ref: string } }) => {
        const value = typeof Value === 'string' ? Value : values[Value.Ref];
        expect(value, Name).to.be.a('string');
        return [Name, value];
      }),
    );

  it('is what the server reads, and says what was asked for', () => {
    const { app, listen, close } = readConfig(environment(VALUES));
    expect(app).to.deep.include({
      storage: {
        kind: 's3',
        bucket: 'a-bucket',
        owner: '123456789012',
        region: 'eu-central-1',
        forcePathStyle: false,
      },
      basePath: `/${API_STAGE}`,
      models: { model: 'eu.amazon.nova-2-lite-v1:0', allowed: ['a.b-v1:0', 'extractive-1'] },
      prefixes: ['docs/', 'reports/'],
      allowWrites: true,
      corsOrigins: ['https://app.example.com'],
    });
    expect(listen).to.deep.equal({ host: '0.0.0.0', port: CONTAINER_PORT });
    // Requests in flight are cut off before ECS kills the process, and no new ones come for longer than it lives.
    expect(close.deadlineMs).to.be.below(container.StopTimeout * 1000);
    const delay = properties('TargetGroup').TargetGroupAttributes.find(
      ({ Key }: { Key: string }) => Key === 'deregistration_delay.timeout_seconds',
    );
    expect(Number(delay.Value)).to.be.below(container.StopTimeout);
    expect(container.StopTimeout).to.be.at.most(120);
  });

  it('is also right where nothing was asked for', () => {
    const defaults = Object.fromEntries(
      Object.entries(template.Parameters!).map(([name, { Default = '' }]) => [name, String(Default)]),
    );
    const { app } = readConfig(environment({ ...VALUES, ...defaults, ModelId: VALUES.ModelId! }));
    expect(app).to.deep.include({
      prefixes: [],
      allowWrites: false,
      corsOrigins: [],
      models: { model: VALUES.ModelId },
    });
  });

  it('leaves out only what a task on AWS has no use for', () => {
    const known = () => readConfig({ MCP_S3_FOLDER: 'x', MCP_S3_NO_SUCH_SETTING_AT_ALL: 'x' });
    let all: string[] = [];
    try {
      known();
    } catch (error) {
      all = (error as Error).message.match(/MCP_S3_\w+/g)!.slice(1);
    }
    const set = Object.keys(environment(VALUES));
    expect(all).to.include.members(set);
    expect(all.filter((name) => !set.includes(name))).to.have.members([
      // Another storage than the bucket.
      'MCP_S3_FOLDER',
      'MCP_S3_HIDDEN',
      'MCP_S3_CACHE_FOLDER',
      'MCP_S3_STORAGE_ENDPOINT',
      'MCP_S3_PATH_STYLE',
      // All addresses of the task, which only the load balancer reaches.
      'MCP_S3_HOST',
      'MCP_S3_ALLOWED_HOSTS',
      // Their defaults are made for AWS.
      'MCP_S3_MODEL_TOKEN_CAP',
      'MCP_S3_MAX_BYTES',
      'MCP_S3_BODY_LIMIT',
      'MCP_S3_DEADLINE_SECONDS',
      'MCP_S3_DRAIN_GRACE_SECONDS',
      'MCP_S3_LOG_LEVEL',
    ]);
  });
});

import { expect } from 'chai';
import { z } from 'zod';
import { GATEWAY_ANSWERS } from '../../server/http/gateway/gateway.ts';
import { summarizeInput } from '../../server/summaries/request-schema.ts';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { closeApps, startApp } from '../support/app.ts';

const { template: app } = await composeTemplate();

// biome-ignore lint/suspicious/noExplicitAny: whatever stands in the template
const properties = (id: string): any => app.Resources[id]!.Properties;

describe('the API in the template', () => {
  afterEach(closeApps);

  const methods = Object.entries(app.Resources).filter(([, { Type }]) => Type === 'AWS::ApiGateway::Method');

  it('asks every method for a key but preflights, which exist only for web pages', () => {
    for (const [id, { Properties, Condition }] of methods) {
      const preflight = Properties!.HttpMethod === 'OPTIONS';
      expect(Properties!.ApiKeyRequired, id).to.equal(!preflight);
      expect(Condition, id).to.equal(preflight ? 'HasCors' : undefined);
    }
  });

  it('hands every method on, as it comes, to the load balancer by the private link', () => {
    for (const [id, { Properties }] of methods) {
      const { ResourceId, HttpMethod, Integration } = Properties as {
        ResourceId: { Ref: string };
        HttpMethod: string;
        Integration: Record<string, unknown>;
      };
      const path = String(properties(ResourceId.Ref).PathPart).replace('proxy+', 'proxy');
      expect(Integration, id).to.deep.include({
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: HttpMethod,
        ConnectionType: 'VPC_LINK',
        ConnectionId: { Ref: 'VpcLink' },
        IntegrationTarget: { Ref: 'LoadBalancer' },
        Uri: { 'Fn::Sub': `http://\${LoadBalancer.DNSName}:80/${path}` },
        ResponseTransferMode: 'STREAM',
      });
    }
  });

  it('has the routes of the service, each with preflights', async () => {
    const service = await startApp();
    const { paths } = (await (await service.fetch('/openapi.json')).json()) as {
      paths: Record<string, object>;
    };
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const ofApi = methods
      .filter(([, { Properties }]) => !['OPTIONS', 'ANY'].includes(String(Properties!.HttpMethod)))
      .map(([, { Properties }]) => {
        const { PathPart } = properties((Properties!.ResourceId as { Ref: string }).Ref);
        return `${Properties!.HttpMethod} /${PathPart}`;
      });
    // An MCP client is told by the service itself that there is nothing to GET or DELETE.
    expect(ofApi).to.have.members([...described, 'GET /mcp', 'DELETE /mcp']);
    const preflights = methods.filter(([, { Properties }]) => Properties!.HttpMethod === 'OPTIONS');
    expect(preflights).to.have.length(Object.keys(paths).length);
  });

  it('checks bodies by the schema of the service', () => {
    const { $schema, ...schema } = z.toJSONSchema(summarizeInput, { target: 'draft-4' });
    const bare = JSON.parse(
      JSON.stringify(schema, (key, value) => (key === 'description' ? undefined : value)),
    );
    expect(properties('SummarizeModel').Schema).to.deep.equal({ $schema, ...bare });
    expect(properties('SummarizePost')).to.deep.include({
      RequestValidatorId: { Ref: 'BodyValidator' },
      RequestModels: { 'application/json': { Ref: 'SummarizeModel' } },
    });
  });

  it('refuses in the words of the local gateway', () => {
    for (const [type, answer] of [
      ['INVALID_API_KEY', 'forbidden'],
      ['THROTTLED', 'throttled'],
      ['QUOTA_EXCEEDED', 'quotaExceeded'],
      ['BAD_REQUEST_BODY', 'invalidBody'],
    ] as const) {
      const response = Object.values(app.Resources).find(
        ({ Properties }) => Properties?.ResponseType === type,
      )!.Properties as { StatusCode: string; ResponseTemplates: Record<string, string> };
      const { status, message } = GATEWAY_ANSWERS[answer];
      expect(response.StatusCode).to.equal(String(status));
      expect(JSON.parse(response.ResponseTemplates['application/json']!)).to.deep.equal({ message });
    }
  });

  it('gives /mcp limits of its own, for each of its methods', () => {
    const [stage] = properties('UsagePlan').ApiStages;
    const ofMcp = methods
      .filter(([, { Properties }]) => (Properties!.ResourceId as { Ref: string }).Ref === 'McpResource')
      .filter(([, { Properties }]) => Properties!.ApiKeyRequired)
      .map(([, { Properties }]) => `/mcp/${Properties!.HttpMethod}`);
    expect(Object.keys(stage.Throttle)).to.have.members(ofMcp);
    for (const limits of Object.values(stage.Throttle)) {
      expect(limits).to.deep.equal({
        RateLimit: { Ref: 'McpRateLimit' },
        BurstLimit: { Ref: 'McpBurstLimit' },
      });
    }
  });

  it('makes keys that API Gateway takes', () => {
    for (const id of ['ApiKeySecretA', 'ApiKeySecretB', 'UploadApiKeySecret']) {
      const { GenerateSecretString } = properties(id);
      expect(GenerateSecretString).to.deep.equal({ PasswordLength: 40, ExcludePunctuation: true });
    }
    const { Properties } = app.Resources.ApiKeyA!;
    expect(Properties).to.include({ Enabled: true }).and.not.to.have.property('Name');
  });
});

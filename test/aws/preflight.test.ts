import { APIGatewayClient, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import type { Stack } from '../../src/aws/cloudformation.ts';
import { whoAmI } from '../../src/aws/identity.ts';
import type { Look, Preparation } from '../../src/deploy/preflight/look.ts';
import { type Preflight, preflight } from '../../src/deploy/preflight/preflight.ts';
import type { CliError } from '../../src/errors.ts';
import { DEFAULTS } from '../../src/stack/deploy-settings.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { errorAnswer, json, xml } from '../support/aws/fault.ts';
import { openModels, PROFILE } from '../support/aws/open-models.ts';

describe('the looks before a deployment', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  const signal = new AbortController().signal;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());
  beforeEach(() => {
    emulator.proxy.reset();
    openModels(emulator);
    quota(100);
  });

  const look = async (planned = {}, stack?: Partial<Stack>, region = emulator.region): Promise<Preflight> => {
    const connection = { ...emulator.connection(), region };
    const given: Look = {
      connection,
      identity: await whoAmI(connection, signal),
      stage: 'dev',
      stack: stack as Stack | undefined,
      planned: { ...DEFAULTS, ...planned },
      signal,
    };
    return await preflight(given);
  };
  const refusal = async (...args: Parameters<typeof look>): Promise<CliError> =>
    look(...args).then(
      () => expect.fail('nothing stood in the way'),
      (error: CliError) => error,
    );
  const quota = (Value: number) =>
    emulator.proxy.rig({ action: 'servicequotas:GetServiceQuota', do: json({ Quota: { Value } }) });
  const zones = (...ids: string[]) =>
    emulator.proxy.rig({
      action: 'ec2:DescribeAvailabilityZones',
      do: xml(
        200,
        `<DescribeAvailabilityZonesResponse><availabilityZoneInfo>${ids.map((id, index) => `<item><zoneName>zone-${index}</zoneName><zoneId>${id}</zoneId></item>`).join('')}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`,
      ),
    });
  const endpoints = (offer: Record<string, string[]>, region = emulator.region) =>
    emulator.proxy.rig({
      action: 'ec2:DescribeVpcEndpointServices',
      do: xml(
        200,
        `<DescribeVpcEndpointServicesResponse><serviceDetailSet>${Object.entries(offer)
          .map(
            ([name, names]) =>
              `<item><serviceName>com.amazonaws.${region}.${name}</serviceName><availabilityZoneSet>${names.map((zone) => `<item>${zone}</item>`).join('')}</availabilityZoneSet></item>`,
          )
          .join('')}</serviceDetailSet></DescribeVpcEndpointServicesResponse>`,
      ),
    });
  const USUAL = ['ecr.api', 'ecr.dkr', 'logs', 'bedrock-runtime'];
  const everywhere = (names: string[], services = USUAL) =>
    Object.fromEntries(services.map((name) => [name, names]));

  it('find zones, the addresses of S3 and the model, and what is to be made in the account', async () => {
    const { facts, preparations, warnings } = await look();
    expect(facts).to.include({
      ZoneA: 'euc1-az1',
      ZoneB: 'euc1-az2',
      ModelId: PROFILE,
      NewRegionEndpoints: 'false',
    });
    expect(facts.S3PrefixListId).to.match(/^pl-/);
    expect(facts.ModelArns!.split(',')).to.have.lengthOf(3);
    expect(preparations.map(({ title }) => title)).to.deep.equal([
      'service-linked role of ECS',
      'service-linked role of the scaling of ECS',
      'service-linked role of Elastic Load Balancing',
      'service-linked role of API Gateway',
      'role by which API Gateway writes logs in eu-central-1 (mcp-s3-api-gateway-logs)',
    ]);
    expect(warnings).to.deep.equal([]);
  });

  describe('zones', () => {
    it('that VPC links do not know are left out', async () => {
      zones('use1-az3', 'use1-az6', 'use1-az1');
      endpoints(everywhere(['zone-0', 'zone-1', 'zone-2'], USUAL), 'us-east-1');
      const { facts } = await look({}, undefined, 'us-east-1');
      expect([facts.ZoneA, facts.ZoneB]).to.deep.equal(['use1-az1', 'use1-az6']);
    });

    it('without one of the endpoints are left out', async () => {
      zones('euc1-az1', 'euc1-az2', 'euc1-az3');
      endpoints({ ...everywhere(['zone-0', 'zone-1', 'zone-2']), logs: ['zone-1', 'zone-2'] });
      const { facts } = await look();
      expect([facts.ZoneA, facts.ZoneB]).to.deep.equal(['euc1-az2', 'euc1-az3']);
    });

    it('must be two', async () => {
      zones('euc1-az1', 'euc1-az2');
      endpoints(everywhere(['zone-0']));
      const error = await refusal();
      expect(error).to.include({ code: 'no_zones', exitCode: 1 });
      expect(error.message).to.include('only one zone');
    });

    it('are as they were where the stage stands', async () => {
      const parameters = { ZoneA: 'euc1-az2', ZoneB: 'euc1-az3', S3PrefixListId: 'pl-1', ModelId: PROFILE };
      const { facts } = await look({ ModelId: PROFILE }, { parameters, outputs: {} });
      expect(facts).to.include({ ZoneA: 'euc1-az2', ZoneB: 'euc1-az3', S3PrefixListId: 'pl-1' });
      expect(emulator.proxy.count(/^ec2:/)).to.equal(0);
    });

    it('must have endpoints where a network without is to get some', async () => {
      const parameters = {
        ZoneA: 'euc1-az1',
        ZoneB: 'euc1-az2',
        S3PrefixListId: 'pl-1',
        NetworkMode: 'public-egress',
      };
      zones('euc1-az1', 'euc1-az2');
      endpoints(everywhere(['zone-0']));
      const error = await refusal({ NetworkMode: 'private' }, { parameters, outputs: {} });
      expect(error.message).to.include('in the zone euc1-az2');
    });
  });

  it('name an endpoint that the region lacks, and the way without endpoints', async () => {
    endpoints(everywhere(['zone-0'], ['ecr.api', 'ecr.dkr', 'logs']));
    const error = await refusal();
    expect(error).to.include({ exitCode: 2 });
    expect(error.message).to.include('no VPC endpoint for bedrock-runtime');
    expect(error.suggestions.join()).to.include('--network public-egress');
    expect((await look({ NetworkMode: 'public-egress' })).facts.ZoneA).to.equal('euc1-az1');
  });

  describe('quotas', () => {
    it('of VPCs are seen where the usual ones are used up', async () => {
      const ec2 = emulator.client(EC2Client);
      for (let made = 0; made < 4; made++)
        await ec2.send(new CreateVpcCommand({ CidrBlock: `10.${made}.0.0/16` }));
      emulator.proxy.reset();
      openModels(emulator);
      quota(5);
      const error = await refusal();
      expect(error.code).to.equal('vpc_quota');
      expect(error.message).to.equal('the account has 5 VPCs in eu-central-1, and its quota is 5');
      expect(error.suggestions.join()).to.include('servicequotas/home/services/vpc/quotas/L-F678F1CE');
    });

    it('of Fargate stop what cannot run, and warn of what cannot grow', async () => {
      emulator.proxy.reset();
      openModels(emulator);
      quota(6);
      expect((await refusal({ TaskCpu: '4096', MinTasks: '1' })).code).to.equal('fargate_quota');
      const { warnings } = await look({ TaskCpu: '1024', MaxTasks: '10' });
      expect(warnings.join()).to.include('too few for all 10 tasks');
    });
  });

  describe('the model', () => {
    const converse = (code: string, message: string, status: number) =>
      emulator.proxy.rig({
        action: /^bedrock:POST .*converse$/,
        do: (call) => errorAnswer(call, code, message, status),
      });

    it('that the account may not use is told before anything is made', async () => {
      converse(
        'AccessDeniedException',
        "You don't have access to the model with the specified model ID.",
        403,
      );
      const error = await refusal();
      expect(error).to.include({ code: 'model_access_denied', exitCode: 3 });
      expect(error.suggestions.join()).to.include('Bedrock console');
    });

    it('that is no longer offered is told with what Bedrock says', async () => {
      converse('ResourceNotFoundException', 'This model version has reached the end of its life.', 404);
      expect((await refusal()).message).to.include('end of its life');
    });

    it('cannot be tried by credentials that may only deploy: a warning', async () => {
      converse(
        'AccessDeniedException',
        'User: arn:x is not authorized to perform: bedrock:InvokeModel on resource: y',
        403,
      );
      expect((await look()).warnings.join()).to.include('needs bedrock:InvokeModel');
    });

    it('is busy for a moment: a warning', async () => {
      // One that the SDK does not try again by itself.
      converse('ServiceQuotaExceededException', 'Too many requests', 400);
      expect((await look()).warnings.join()).to.include('could not try the model');
    });

    it('that nobody knows is wrong usage, and the embedded summarizer needs none', async () => {
      expect(await refusal({ ModelId: 'eu.nobody-v1:0' })).to.include({ code: 'unknown_model', exitCode: 2 });
      emulator.proxy.calls.length = 0;
      expect((await look({ ModelId: 'extractive-1' })).facts).to.include({
        ModelId: 'extractive-1',
        ModelArns: '',
      });
      expect(emulator.proxy.count(/^bedrock:/)).to.equal(0);
    });
  });

  describe("API Gateway's role for logs", () => {
    const set = (value: string) =>
      emulator.client(APIGatewayClient).send(
        new UpdateAccountCommand({
          patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }],
        }),
      );
    const ofLogs = ({ title }: Preparation) => title.includes('writes logs');

    it('is made and set, once', async () => {
      const preparation = (await look()).preparations.find(ofLogs)!;
      await preparation.run(signal);
      expect((await look()).preparations.filter(ofLogs)).to.deep.equal([]);
      await preparation.run(signal);
    });

    it('is set anew where it names a role that is gone', async () => {
      await set('arn:aws:iam::123456789012:role/gone');
      expect((await look()).preparations.filter(ofLogs)).to.have.lengthOf(1);
    });
  });
});

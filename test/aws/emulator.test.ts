import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'chai';
import { callAws } from '../../src/aws/call.ts';
import { clientConfig } from '../../src/aws/connection.ts';
import { whoAmI } from '../../src/aws/identity.ts';
import { type Emulator, type Keys, startEmulator } from '../support/aws/emulator.ts';
import { allow, createRole, createUser } from '../support/aws/identities.ts';

const signal = new AbortController().signal;

interface Sender {
  send(command: never, options: { abortSignal: AbortSignal }): Promise<unknown>;
  destroy(): void;
}

describe('the emulator of these tests', () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  /** One call of each protocol, as the product makes them. */
  const CALLS = {
    'sts:GetCallerIdentity': ask(STSClient, 'STS', new GetCallerIdentityCommand({})),
    'ecs:ListClusters': ask(ECSClient, 'ECS', new ListClustersCommand({})),
    'ec2:DescribeVpcs': ask(EC2Client, 'EC2', new DescribeVpcsCommand({})),
    'cloudwatch:DescribeAlarms': ask(CloudWatchClient, 'CLOUDWATCH', new DescribeAlarmsCommand({})),
    'apigateway:GET /restapis': ask(APIGatewayClient, 'API_GATEWAY', new GetRestApisCommand({})),
    's3:ListBuckets': ask(S3Client, 'S3', new ListBucketsCommand({})),
  };

  function ask(Client: new (config: object) => Sender, service: string, command: object) {
    return async (keys?: Keys): Promise<unknown> => {
      const client = new Client({ ...clientConfig(emulator.connection(keys), service), maxAttempts: 1 });
      try {
        return await callAws({ service, action: 'a:Call' }, signal, (abortSignal) =>
          client.send(command as never, { abortSignal }),
        );
      } finally {
        client.destroy();
      }
    };
  }

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => error.code ?? error.name,
    );

  it('counts calls by their actions', async () => {
    for (const call of Object.values(CALLS)) await call();
    expect(emulator.proxy.calls.map(({ action }) => action)).to.have.members(Object.keys(CALLS));
    expect(emulator.proxy.count('ecs:ListClusters')).to.equal(1);
    expect(emulator.proxy.count(/:(List|Get|Describe)/)).to.equal(5);
  });

  for (const [fault, code] of [
    ['deny', 'access_denied'],
    ['throttle', 'throttled'],
    ['fail', 'aws_unavailable'],
    ['cut', 'unreachable'],
    ['lose', 'unreachable'],
  ] as const) {
    it(`answers as a service does that is told to ${fault}`, async () => {
      const codes = [];
      for (const [action, call] of Object.entries(CALLS)) {
        emulator.proxy.rig({ action, do: fault });
        codes.push([action, await codeOf(call())]);
      }
      expect(codes).to.deep.equal(Object.keys(CALLS).map((action) => [action, code]));
    });
  }

  it('meets only the calls of a rule, and passes the others', async () => {
    const call = CALLS['sts:GetCallerIdentity'];
    const rule = emulator.proxy.rig({ action: 'sts:GetCallerIdentity', do: 'deny', after: 1, times: 1 });
    expect(await codeOf(call())).to.equal('done');
    expect(await codeOf(call())).to.equal('access_denied');
    expect(await codeOf(call())).to.equal('done');
    expect(rule.hits).to.equal(1);
    emulator.proxy.rig({ action: /^sts:/, do: 'deny' }).remove();
    expect(await codeOf(call())).to.equal('done');
  });

  it('knows users and roles and lets them do what their policies allow, and no more', async () => {
    const user = await createUser(emulator, 'reader', allow('s3:ListAllMyBuckets'));
    const role = await createRole(emulator, 'lister', allow('ecs:ListClusters'));
    expect(await whoAmI(emulator.connection(user.keys), signal)).to.include({ arn: user.arn });
    expect((await whoAmI(emulator.connection(role.keys), signal)).arn).to.include(':assumed-role/lister/');
    const outcomes = async (keys: Keys) => [
      await codeOf(CALLS['s3:ListBuckets'](keys)),
      await codeOf(CALLS['ecs:ListClusters'](keys)),
    ];
    expect(await outcomes(user.keys)).to.deep.equal(['done', 'access_denied']);
    expect(await outcomes(role.keys)).to.deep.equal(['access_denied', 'done']);
    await user.remove();
    await role.remove();
    expect(await codeOf(CALLS['s3:ListBuckets'](user.keys))).to.equal('credentials');
  });

  it('refuses a wrong signature', async () => {
    const user = await createUser(emulator, 'signer', allow('*'));
    const wrong = { ...user.keys, secretAccessKey: 'x'.repeat(40) };
    expect(await codeOf(CALLS['ecs:ListClusters'](wrong))).to.equal('credentials');
    await user.remove();
  });

  it('passes a body in many pieces', async () => {
    const s3 = new S3Client({ ...clientConfig(emulator.connection(), 'S3') });
    await s3.send(new CreateBucketCommand({ Bucket: 'large' }));
    const { ETag } = await s3.send(
      new PutObjectCommand({ Bucket: 'large', Key: 'x', Body: Buffer.alloc(5e6) }),
    );
    expect(ETag).to.match(/^"[0-9a-f]{32}"$/);
    expect(emulator.proxy.count('s3:PutObject')).to.equal(1);
  });
});

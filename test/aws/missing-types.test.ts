import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { clientConfig } from '../../src/aws/connection.ts';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser, type Policy } from '../support/aws/identities.ts';
import { MISSING_TYPES, NAMED_ELSEWHERE, NUMBERS } from '../support/aws/missing-types.ts';
import { reduceTemplate } from '../support/aws/stand-ins.ts';

const TEMPLATE = `
Resources:
  VpcLink: { Type: AWS::ApiGatewayV2::VpcLink, Properties: { Name: a } }
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: [VpcLink, Queue]
    Properties:
      DisplayName: !Ref VpcLink
      TopicName: !Sub 'a-\${VpcLink}-\${AWS::Region}'
  Queue: { Type: AWS::SQS::Queue, DependsOn: VpcLink }
Outputs:
  Link: { Value: !GetAtt VpcLink.VpcLinkId }
  Both: { Value: !Join [',', [!Ref VpcLink, !Ref Topic]] }
`;

describe('what MiniStack lacks', () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());

  const creation = (type: string, name: string) =>
    new CreateChangeSetCommand({
      StackName: name,
      ChangeSetName: 'first',
      ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify({ Resources: { It: { Type: type } } }),
    });

  for (const type of MISSING_TYPES) {
    it(`is still ${type}`, async () => {
      const client = emulator.client(CloudFormationClient);
      const said = await client.send(creation(type, 'probe')).then(
        () => 'accepted: take it off the list of missing types',
        (error: Error) => error.message,
      );
      expect(said).to.include(type);
    });
  }

  it('is in our templates, and named elsewhere in them as the list says', async () => {
    const { template: app } = await composeTemplate();
    const { template: bootstrap } = await composeBootstrap();
    const reduced = [reduceTemplate(app), reduceTemplate(bootstrap)];
    const all = (sets: Set<string>[]) => [...new Set(sets.flatMap((set) => [...set]))];
    expect(all(reduced.map(({ types }) => types))).to.have.members(MISSING_TYPES);
    expect(all(reduced.map(({ named }) => named))).to.have.members(NAMED_ELSEWHERE);
    for (const [type, property] of Object.entries(NUMBERS)) {
      const values = Object.values(app.Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => JSON.stringify(Properties?.[property]));
      expect(values.join()).to.include('"Ref"');
    }
  });

  it('is still a number from a parameter', async () => {
    const client = emulator.client(CloudFormationClient);
    const Service = {
      Type: 'AWS::ECS::Service',
      Properties: {
        Cluster: { Ref: 'Cluster' },
        TaskDefinition: { Ref: 'Task' },
        CapacityProviderStrategy: [
          { CapacityProvider: 'FARGATE', Weight: { Ref: 'Weight' } },
          { CapacityProvider: 'FARGATE_SPOT', Weight: 0 },
        ],
      },
    };
    const Task = {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { ContainerDefinitions: [{ Name: 'a', Image: 'b', Memory: 64 }] },
    };
    const template = {
      Parameters: { Weight: { Type: 'Number', Default: '1' } },
      Resources: { Cluster: { Type: 'AWS::ECS::Cluster' }, Task, Service },
    };
    const StackName = 'numbers';
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
    const waiter = { client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 };
    const outcome = await waitUntilStackCreateComplete(waiter, { StackName }).then(
      () => 'accepted: take it off the list of numbers',
      (error: Error) => error.message,
    );
    expect(outcome).to.include('ROLLBACK');
  });

  it('leaves a template with everything that names it', () => {
    const { template, types, named } = reduceTemplate(parseTemplate(TEMPLATE));
    expect([...types]).to.deep.equal(['AWS::ApiGatewayV2::VpcLink']);
    expect([...named]).to.deep.equal(['VpcLink']);
    expect(template).to.deep.equal({
      Resources: {
        Topic: {
          Type: 'AWS::SNS::Topic',
          DependsOn: ['Queue'],
          Properties: {
            DisplayName: 'stand-in-vpclink',
            TopicName: { 'Fn::Sub': `a-stand-in-vpclink-\${AWS::Region}` },
          },
        },
        Queue: { Type: 'AWS::SQS::Queue' },
      },
      Outputs: {
        Link: { Value: 'stand-in-vpclink' },
        Both: { Value: { 'Fn::Join': [',', ['stand-in-vpclink', { Ref: 'Topic' }]] } },
      },
    });
  });

  it('never reaches the emulator: neither in a body nor in an object that is left behind', async () => {
    const client = new CloudFormationClient(clientConfig(emulator.connection(), 'CLOUDFORMATION'));
    const s3 = emulator.client(S3Client);
    const Bucket = 'artifacts';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'templates/app.yaml', Body: TEMPLATE }));
    const change = { ChangeSetName: 'first', ChangeSetType: 'CREATE' } as const;
    await client.send(
      new CreateChangeSetCommand({ ...change, StackName: 'by-body', TemplateBody: TEMPLATE }),
    );
    const TemplateURL = `${emulator.url}/artifacts/templates/app.yaml`;
    await client.send(new CreateChangeSetCommand({ ...change, StackName: 'by-url', TemplateURL }));
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([...(Versions ?? []), ...(DeleteMarkers ?? [])].map(({ Key }) => Key)).to.deep.equal([
      'templates/app.yaml',
    ]);
  });

  it('never reaches it from users either, whose requests are signed anew and evaluated', async () => {
    const StackName = 'by-user';
    const change = { ChangeSetName: 'first', ChangeSetType: 'CREATE', TemplateBody: TEMPLATE } as const;
    const create = async (policy: Policy) => {
      const user = await createUser(emulator, 'changer', policy);
      const client = new CloudFormationClient(clientConfig(emulator.connection(user.keys), 'CLOUDFORMATION'));
      try {
        return await client.send(new CreateChangeSetCommand({ StackName, ...change })).then(
          () => 'created',
          (error: Error) => error.name,
        );
      } finally {
        await user.remove();
      }
    };
    expect(await create(allow('cloudformation:DescribeStacks'))).to.match(/AccessDenied/);
    expect(await create(allow('cloudformation:CreateChangeSet'))).to.equal('created');
  });

  it('is told by the emulator where a template is none', async () => {
    const client = new CloudFormationClient(clientConfig(emulator.connection(), 'CLOUDFORMATION'));
    const TemplateURL = `${emulator.url}/artifacts/none.yaml`;
    const change = { StackName: 'none', ChangeSetName: 'first', ChangeSetType: 'CREATE' } as const;
    const said = await client
      .send(new CreateChangeSetCommand({ ...change, TemplateURL }))
      .catch((error: Error) => error.message);
    expect(said).to.include('not found');
  });
});

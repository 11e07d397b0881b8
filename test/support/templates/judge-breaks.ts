// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how CloudFormation writes references
import { attribute, attributes, custom, statement } from './break-kinds.ts';
import { type Break, set } from './broken-templates.ts';

/** A broken copy, and what judges that others wrote must say about it: ids of their rules. */
export interface JudgedBreak {
  wrong: Break;
  resource: string;
  cfnLint?: string;
  validate?: string;
  checkov?: string;
  permissions?: string;
}

export const JUDGED_BREAKS: JudgedBreak[] = [
  {
    wrong: set('PrivateSubnetA', 'MapPublicIpOnLunch', true),
    resource: 'PrivateSubnetA',
    cfnLint: 'E3002',
    validate: 'F3002',
  },
  {
    wrong: set('UploadQueueMapping', 'FunctionResponseTypes', ['ReportFailures']),
    resource: 'UploadQueueMapping',
    cfnLint: 'E3030',
    validate: 'W3030',
  },
  {
    wrong: set('UploadQueueMapping', 'BatchSize', 'many'),
    resource: 'UploadQueueMapping',
    cfnLint: 'E3012',
    validate: 'F3012',
  },
  {
    wrong: set('VpcLink', 'Name', undefined),
    resource: 'VpcLink',
    cfnLint: 'E3003',
    validate: 'F3003',
  },
  {
    wrong: set('McpPost', 'Integration.ResponseTransferMode', 'STREAMED'),
    resource: 'McpPost',
    cfnLint: 'E3030',
    validate: 'W3030',
  },
  {
    wrong: set('McpPost', 'Integration.Uri', { 'Fn::Sub': 'http://${LoadBalancer.Dns}:80/mcp' }),
    resource: 'McpPost',
    cfnLint: 'E1019',
    validate: 'E9004',
  },
  {
    wrong: set('TopicPolicy', 'Topics', [{ Ref: 'Topik' }]),
    resource: 'TopicPolicy',
    cfnLint: 'E1020',
    validate: 'F1020',
  },
  {
    wrong: custom('a resource has a type that does not exist', (template) => {
      template.Resources.Topic!.Type = 'AWS::SNS::Tropic';
    }),
    resource: 'Topic',
    cfnLint: 'E3006',
    validate: 'F3006',
  },
  {
    wrong: attribute('LoadBalancer', 'DependsOn', ['Service']),
    resource: 'LoadBalancer',
    cfnLint: 'E3004',
    validate: 'F3004',
  },
  {
    wrong: statement('TaskRole', 'ReadFiles', { Effect: 'allow' }),
    resource: 'TaskRole',
    cfnLint: 'E3510',
    validate: 'E3510',
  },
  {
    wrong: custom('a parameter has a default that it does not allow', (template) => {
      template.Parameters!.NetworkMode!.Default = 'open';
    }),
    resource: 'NetworkMode',
    cfnLint: 'E2015',
    validate: 'F2012',
  },
  {
    wrong: set('Bucket', 'PublicAccessBlockConfiguration', undefined),
    resource: 'Bucket',
    checkov: 'CKV_AWS_53',
  },
  { wrong: set('Bucket', 'VersioningConfiguration', undefined), resource: 'Bucket', checkov: 'CKV_AWS_21' },
  {
    wrong: set('AlbSecurityGroup', 'SecurityGroupIngress.0', {
      Description: 'Everybody',
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      CidrIp: '0.0.0.0/0',
    }),
    resource: 'AlbSecurityGroup',
    checkov: 'CKV_AWS_260',
  },
  {
    wrong: statement('TaskRole', 'ListFiles', { Action: '*', Resource: '*' }),
    resource: 'TaskRole',
    checkov: 'CKV_AWS_62',
  },
  {
    wrong: attributes('LoadBalancer', 'routing.http.drop_invalid_header_fields.enabled', 'false'),
    resource: 'LoadBalancer',
    checkov: 'CKV_AWS_131',
  },
  { wrong: set('ApiStage', 'AccessLogSetting', undefined), resource: 'ApiStage', checkov: 'CKV_AWS_76' },
  {
    wrong: set('KeeperLogGroup', 'RetentionInDays', undefined),
    resource: 'KeeperLogGroup',
    checkov: 'CKV_AWS_66',
  },
  { wrong: set('FilesGet', 'ApiKeyRequired', false), resource: 'FilesGet', checkov: 'CKV_AWS_59' },
  {
    wrong: statement('KeeperRole', 'RunTheService', { Action: ['ecs:DescribeService'] }),
    resource: 'KeeperRole',
    permissions: 'no-such-action',
  },
  {
    wrong: statement('UploadFunctionRole', 'TakeFromItsQueue', {
      Resource: {
        'Fn::Sub':
          'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:queue/${UploadQueue.QueueName}/1',
      },
    }),
    resource: 'UploadFunctionRole',
    permissions: 'no-such-resource',
  },
  {
    wrong: statement('TaskRole', 'ListFiles', { Resource: { 'Fn::Sub': '${Bucket.Arn}/*' } }),
    resource: 'TaskRole',
    permissions: 'no-such-resource',
  },
  {
    wrong: statement('ExecutionRole', 'PullTheImage', {
      Condition: { StringEquals: { 'ecr:RepositoryOwner': 'mcp' } },
    }),
    resource: 'ExecutionRole',
    permissions: 'no-such-condition',
  },
];

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how CloudFormation writes references
import { attribute, statement, TASK } from './break-kinds.ts';
import { type Break, set, without } from './broken-templates.ts';

/** What may be wrong with the ways between link, load balancer, tasks and AWS, by the rule that must refuse it. */
export const NETWORK_BREAKS: Record<string, Break[]> = {
  'network-path': [
    without('LinkToAlb'),
    set('LinkToAlb', 'ToPort', 79),
    set('LinkToAlb', 'DestinationSecurityGroupId', { 'Fn::GetAtt': ['LinkSecurityGroup', 'GroupId'] }),
    set('AlbSecurityGroup', 'SecurityGroupIngress.0.FromPort', 81),
    set('AlbSecurityGroup', 'SecurityGroupIngress', undefined),
    without('AlbToTask'),
    set('AlbToTask', 'FromPort', 8081),
    set('TaskSecurityGroup', 'SecurityGroupIngress.0.ToPort', 80),
    set('TaskSecurityGroup', 'SecurityGroupIngress', undefined),
    without('TaskToEndpoints'),
    set('TaskToEndpoints', 'ToPort', 80),
    set('EndpointSecurityGroup', 'SecurityGroupIngress.0.SourceSecurityGroupId', {
      'Fn::GetAtt': ['AlbSecurityGroup', 'GroupId'],
    }),
    set('LogsEndpoint', 'SecurityGroupIds', undefined),
    set('VpcLink', 'SecurityGroupIds', undefined),
    set('Listener', 'Port', 8080),
    set('McpPost', 'Integration.Uri', { 'Fn::Sub': 'http://${LoadBalancer.DNSName}:8080/mcp' }),
    set('McpPost', 'Integration.Uri', { 'Fn::Sub': 'http://${Stage}.example.com:80/mcp' }),
  ],
  'missing-endpoint': [
    without('EcrApiEndpoint'),
    without('EcrDockerEndpoint'),
    without('LogsEndpoint'),
    without('BedrockEndpoint'),
    without('EcsTelemetryEndpoint'),
    set('LogsEndpoint', 'PrivateDnsEnabled', undefined),
    set('Vpc', 'EnableDnsHostnames', undefined),
    set('S3Endpoint', 'RouteTableIds', []),
    without('RouteTableOfSubnetB'),
    set('TaskSecurityGroup', 'SecurityGroupEgress.0.DestinationPrefixListId', 'pl-'.slice(3)),
    without('TaskToInternet'),
    without('DefaultRoute'),
    set('TaskDefinition', `${TASK}.Secrets`, [{ Name: 'KEY', ValueFrom: 'arn:aws:secretsmanager:x' }]),
  ],
  'layer-bucket': [
    statement('S3Endpoint', 'ImageLayers', {
      Resource: 'arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*',
    }),
    statement('S3Endpoint', 'ImageLayers', { Action: 's3:ListBucket' }),
  ],
  'start-order': [
    attribute('Service', 'DependsOn', [
      'AlbToTask',
      'S3Endpoint',
      'RouteTableOfSubnetA',
      'RouteTableOfSubnetB',
    ]),
    attribute('Service', 'DependsOn', [
      'Listener',
      'S3Endpoint',
      'RouteTableOfSubnetA',
      'RouteTableOfSubnetB',
    ]),
    attribute('Service', 'Metadata', { 'mcp-s3': { Description: 'Keeps tasks running' } }),
  ],
  'open-group': [
    set('EndpointSecurityGroup', 'SecurityGroupEgress', undefined),
    set('AlbSecurityGroup', 'SecurityGroupIngress.0', {
      Description: 'Everybody',
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      CidrIp: '0.0.0.0/0',
    }),
  ],
  'two-zones': [
    set('LoadBalancer', 'Subnets', [{ Ref: 'PrivateSubnetA' }]),
    set('PrivateSubnetB', 'AvailabilityZoneId', { Ref: 'ZoneA' }),
  ],
};

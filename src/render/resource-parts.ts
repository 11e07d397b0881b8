import type { PlannedChange } from '../stack/planned-change.ts';
import { formatNumber } from './number.ts';
import type { Style } from './style.ts';

/** What a service of AWS is for in a stage. */
const PARTS: Record<string, string> = {
  EC2: 'Network',
  S3: 'Files and secrets',
  SecretsManager: 'Files and secrets',
  ECS: 'Service',
  ElasticLoadBalancingV2: 'Service',
  ApiGateway: 'API',
  ApiGatewayV2: 'API',
  ApplicationAutoScaling: 'Scaling',
  Events: 'Events',
  SQS: 'Events',
  Lambda: 'Events',
  CloudWatch: 'Observability',
  Logs: 'Observability',
  SNS: 'Observability',
  IAM: 'Permissions',
};
const OTHER = 'Other';

/** What a person counts, by type: one and several. The rest belongs to these and is in the sum alone. */
const NOUNS: Record<string, [string, string]> = {
  'AWS::EC2::VPC': ['VPC', 'VPCs'],
  'AWS::EC2::Subnet': ['subnet', 'subnets'],
  'AWS::EC2::InternetGateway': ['internet gateway', 'internet gateways'],
  'AWS::EC2::SecurityGroup': ['security group', 'security groups'],
  'AWS::EC2::VPCEndpoint': ['VPC endpoint', 'VPC endpoints'],
  'AWS::S3::Bucket': ['bucket', 'buckets'],
  'AWS::SecretsManager::Secret': ['secret', 'secrets'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['load balancer', 'load balancers'],
  'AWS::ECS::Cluster': ['cluster', 'clusters'],
  'AWS::ECS::Service': ['ECS service', 'ECS services'],
  'AWS::ApiGateway::RestApi': ['REST API', 'REST APIs'],
  'AWS::ApiGatewayV2::VpcLink': ['VPC link', 'VPC links'],
  'AWS::ApiGateway::Resource': ['route', 'routes'],
  'AWS::ApiGateway::ApiKey': ['API key', 'API keys'],
  'AWS::ApiGateway::UsagePlan': ['usage plan', 'usage plans'],
  'AWS::ApplicationAutoScaling::ScalingPolicy': ['scaling policy', 'scaling policies'],
  'AWS::Events::Rule': ['rule', 'rules'],
  'AWS::SQS::Queue': ['queue', 'queues'],
  'AWS::Lambda::Function': ['function', 'functions'],
  'AWS::Logs::LogGroup': ['log group', 'log groups'],
  'AWS::Logs::MetricFilter': ['metric filter', 'metric filters'],
  'AWS::CloudWatch::Alarm': ['alarm', 'alarms'],
  'AWS::CloudWatch::Dashboard': ['dashboard', 'dashboards'],
  'AWS::SNS::Topic': ['topic', 'topics'],
  'AWS::IAM::Role': ['role', 'roles'],
};
const COUNTED = Object.keys(NOUNS);
const ORDER = [...new Set(Object.values(PARTS)), OTHER];

/**
 * Many new resources, part by part, with how many each has and what of them a person looks for. Lines as long as they
 * come.
 */
export function renderParts(added: Pick<PlannedChange, 'type'>[], style: Style): string[] {
  const parts = new Map<string, string[]>();
  for (const { type } of added) {
    const part = PARTS[type.split('::')[1] ?? ''] ?? OTHER;
    parts.set(part, [...(parts.get(part) ?? []), type]);
  }
  const lines = [...parts]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(
      ([part, types]) =>
        `    ${part} ${[formatNumber(types.length), nouns(types)].filter(Boolean).join(': ')}`,
    );
  return [
    `  ${style.green(`+ ${added.length} new`)}`,
    ...lines,
    style.dim('    each by its name: --dry-run --json'),
  ];
}

function nouns(types: string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .filter(([type]) => COUNTED.includes(type))
    .sort(([a], [b]) => COUNTED.indexOf(a) - COUNTED.indexOf(b))
    .map(([type, count]) => (count === 1 ? NOUNS[type]![0] : `${count} ${NOUNS[type]![1]}`))
    .join(', ');
}

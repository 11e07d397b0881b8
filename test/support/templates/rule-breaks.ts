// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how CloudFormation writes references
import { attribute, attributes, custom, environment, type Json, statement, TASK } from './break-kinds.ts';
import { type Break, propertiesOf, set, without } from './broken-templates.ts';
import { NETWORK_BREAKS } from './network-breaks.ts';

/** For each rule of ours, things done wrong that it must refuse, and no other rule of ours. */
export const RULE_BREAKS: Record<string, Break[]> = {
  ...NETWORK_BREAKS,
  'undefined-name': [
    set('TopicPolicy', 'Topics', [{ Ref: 'Topik' }]),
    set('Dashboard', 'DashboardName', { 'Fn::Sub': 'mcp-${Stge}' }),
    attribute('Bucket', 'DependsOn', 'Buckit'),
    attribute('Topic', 'Condition', 'HasMail'),
    attribute('Topic', 'Condition', 'HasEmail'),
    custom('an output names what a condition leaves out', (template) => {
      template.Outputs!.VpcId = { Description: 'Network', Value: { Ref: 'InternetGateway' } };
    }),
    custom('a condition asks another that is not there', (template) => {
      template.Conditions!.HasEmail = { 'Fn::Not': [{ Condition: 'NoEmail' }] };
    }),
  ],
  'template-limits': [
    custom('the description is a book', (template) => {
      template.Description = 'x'.repeat(1025);
    }),
    custom('there are 500 resources more', (template) => {
      const Metadata = { 'mcp-s3': { Description: 'One of many' } };
      for (let n = 0; n < 500; n += 1) {
        template.Resources[`More${n}`] = { Type: 'AWS::CloudFormation::WaitConditionHandle', Metadata };
      }
    }),
    custom('a function has grown to a megabyte', (template) => {
      propertiesOf(template, 'Keeper').Code = { ZipFile: 'x'.repeat(1024 * 1024) };
    }),
  ],
  'inline-code': [
    set('Keeper', 'Handler', 'keeper.handler'),
    set('UploadFunction', 'Handler', 'dist/index.handler'),
  ],
  'policy-effect': [
    statement('TaskRole', 'ReadFiles', { Effect: 'allow' }),
    statement('UploadQueuePolicy', 'TlsOnly', { Effect: 'Refuse' }),
    statement('KeeperRole', 'ListKeys', { Effect: undefined }),
  ],
  'launch-type': [set('Service', 'LaunchType', 'FARGATE')],
  'capacity-providers': [
    set('Cluster', 'CapacityProviders', ['FARGATE']),
    set('Cluster', 'CapacityProviders', undefined),
    set('Service', 'CapacityProviderStrategy.1.Base', 1),
    set('Service', 'CapacityProviderStrategy.1.CapacityProvider', 'FARGATE_SPOTS'),
  ],
  'scaling-target': [
    set('ScalableTarget', 'ResourceId', { 'Fn::Sub': 'service/${Cluster}/${Service}' }),
    set('ScalableTarget', 'ResourceId', { Ref: 'Service' }),
    set(
      'ScalingPolicyRequests',
      'TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.ResourceLabel',
      { Ref: 'TargetGroup' },
    ),
  ],
  'event-target': [
    without('KeeperSchedulePermission'),
    set('KeeperWakePermission', 'SourceArn', { 'Fn::GetAtt': ['AlarmWake', 'Arn'] }),
    statement('UploadQueuePolicy', 'RuleSends', { Principal: { Service: 's3.amazonaws.com' } }),
  ],
  'function-log': [
    set('Keeper', 'LoggingConfig', undefined),
    set('UploadFunction', 'LoggingConfig.LogGroup', '/aws/lambda/upload'),
  ],
  'topic-policy': [
    statement('TopicPolicy', 'AlarmsPublish', { Principal: { Service: 'events.amazonaws.com' } }),
  ],
  'api-key-length': [
    set('ApiKeyA', 'Value', 'nineteen-characters'),
    set('ApiKeySecretB', 'GenerateSecretString.PasswordLength', 19),
    custom('the upload key is a text of its own', (template) => {
      propertiesOf(template, 'UploadApiKeySecret');
      template.Resources.UploadApiKeySecret!.Properties = { SecretString: 'short' };
    }),
  ],
  'integration-timeout': [
    set('SummarizePost', 'Integration.TimeoutInMillis', 900_001),
    set('McpPost', 'Integration.ResponseTransferMode', 'BUFFERED'),
    set('FilesGet', 'Integration.Type', 'HTTP'),
  ],
  'stop-timeout': [
    set('TaskDefinition', `${TASK}.StopTimeout`, 121),
    set('TaskDefinition', `${TASK}.StopTimeout`, 50),
    attributes('TargetGroup', 'deregistration_delay.timeout_seconds', '120'),
    attributes('TargetGroup', 'deregistration_delay.timeout_seconds', undefined),
    environment('MCP_S3_DRAIN_DEADLINE_SECONDS', '120'),
  ],
  'name-length': [
    set('LoadBalancer', 'Name', { 'Fn::Sub': 'mcp-${Stage}-balancer' }),
    set('Keeper', 'FunctionName', { 'Fn::Sub': `mcp-\${Stage}-keeper-${'x'.repeat(40)}` }),
  ],
  'container-match': [
    set('Service', 'LoadBalancers.0.ContainerName', { 'Fn::Sub': 'mcp-${Stage}-server' }),
    set('TaskDefinition', `${TASK}.Name`, { 'Fn::Sub': 'mcp-${Stage}-server' }),
    custom('service and task call the container by a name of their own', (template) => {
      const name = { 'Fn::Sub': 'mcp-${Stage}-server' };
      set('Service', 'LoadBalancers.0.ContainerName', name).apply(template);
      set('TaskDefinition', `${TASK}.Name`, name).apply(template);
    }),
    set('TaskDefinition', `${TASK}.PortMappings.0.ContainerPort`, 8081),
    environment('MCP_S3_PORT', '3000'),
    set('TaskDefinition', `${TASK}.HealthCheck.Command`, ['CMD', 'true']),
    set('TargetGroup', 'HealthCheckPath', '/healthz'),
    set('TargetGroup', 'HealthCheckPath', undefined),
    set('TargetGroup', 'Port', 80),
    set('TargetGroup', 'TargetType', 'instance'),
  ],
  'agreed-name': [
    set('LogGroup', 'LogGroupName', { 'Fn::Sub': '/ecs/mcp-${Stage}' }),
    set('TargetGroup', 'Name', { 'Fn::Sub': 'mcp-${Stage}-targets' }),
    set('TaskDefinition', 'Family', { 'Fn::Sub': 'mcp-${Stage}' }),
    set('Cluster', 'ClusterName', { Ref: 'Stage' }),
    set('ApiStage', 'StageName', 'prod'),
    environment('MCP_S3_BASE_PATH', '/'),
    set('RequestsFilter', 'MetricTransformations.0.MetricNamespace', 'mcp'),
  ],
  'stale-deployment': [
    { ...set('McpPost', 'Integration.TimeoutInMillis', 600_000), late: true },
    { ...set('VpcLink', 'SubnetIds', [{ Ref: 'PrivateSubnetA' }]), late: true },
    { ...set('SummarizeModel', 'Schema.properties.focus.maxLength', 600), late: true },
    { ...set('ThrottledResponse', 'StatusCode', '503'), late: true },
  ],
  'deployment-order': [
    custom(
      'the deployment waits for nothing',
      (template) => {
        const id = Object.keys(template.Resources).find((name) => /^ApiDeployment/.test(name))!;
        delete template.Resources[id]!.DependsOn;
      },
      true,
    ),
    custom(
      'the deployment does not wait for what conditions make',
      (template) => {
        const id = Object.keys(template.Resources).find((name) => /^ApiDeployment/.test(name))!;
        template.Resources[id]!.Metadata = { 'mcp-s3': { Description: 'Snapshot of the API' } };
      },
      true,
    ),
  ],
  'api-key-enabled': [set('ApiKeyA', 'Enabled', undefined), set('UploadApiKey', 'Enabled', false)],
  'key-without-plan': [without('UsagePlanKeyA'), without('UploadUsagePlanKey')],
  'plan-routes': [
    custom('the plan limits a route by another name', (template) => {
      const [stage] = propertiesOf(template, 'UsagePlan').ApiStages as { Throttle: Json }[];
      stage!.Throttle = { '/mcp/PUT': stage!.Throttle['/mcp/POST'] };
    }),
    custom('the plan limits a path without its method', (template) => {
      const [stage] = propertiesOf(template, 'UsagePlan').ApiStages as { Throttle: Json }[];
      stage!.Throttle = { '/mcp': stage!.Throttle['/mcp/POST'] };
    }),
  ],
  'stream-endpoint': [
    set('RestApi', 'EndpointConfiguration', undefined),
    set('RestApi', 'EndpointConfiguration.Types', ['EDGE']),
  ],
  'idle-timeout': [
    attributes('LoadBalancer', 'idle_timeout.timeout_seconds', '299'),
    attributes('LoadBalancer', 'idle_timeout.timeout_seconds', undefined),
  ],
  'service-deployment': [
    set('Service', 'DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', false),
    set('Service', 'DeploymentConfiguration', undefined),
    set('Service', 'DesiredCount', 1),
    set('Service', 'HealthCheckGracePeriodSeconds', undefined),
  ],
  'upload-queue': [
    set('UploadQueue', 'VisibilityTimeout', 900),
    set('UploadFunction', 'Timeout', 901),
    set('UploadQueue', 'RedrivePolicy', undefined),
    set('UploadQueueMapping', 'FunctionResponseTypes', undefined),
    set('UploadQueueMapping', 'ScalingConfig.MaximumConcurrency', 1),
    set('UploadFunction', 'VpcConfig', { SubnetIds: [{ Ref: 'PrivateSubnetA' }], SecurityGroupIds: [] }),
  ],
  'summary-loop': [
    set('UploadRule', 'EventPattern.detail.object', undefined),
    set('UploadRule', 'EventPattern.detail.object.key', [{ 'anything-but': { prefix: 'mcp-s3/' } }]),
    set('Bucket', 'NotificationConfiguration', undefined),
  ],
  'alarm-metric': [
    set('AlarmLatency', 'MetricName', { 'Fn::Sub': '${Stage}/Latency' }),
    attribute('ThrottledFilter', 'Condition', 'HasEmail'),
  ],
  'unheard-alarm': [
    set('Alarm5xx', 'AlarmActions', undefined),
    set('AlarmLatency', 'AlarmName', undefined),
    set('AlarmWake', 'AlarmActions', [{ Ref: 'Topic' }]),
    set('AlarmWake', 'AlarmName', { 'Fn::Sub': 'mcp-${Stage}-wake' }),
  ],
  'topic-key': [
    set('Topic', 'KmsMasterKeyId', 'alias/aws/sns'),
    set('Topic', 'KmsMasterKeyId', {
      'Fn::Sub': 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sns',
    }),
  ],
  'open-method': [
    set('McpPost', 'ApiKeyRequired', false),
    set('FilesGet', 'ApiKeyRequired', undefined),
    set('McpOptions', 'ApiKeyRequired', true),
  ],
  'open-policy': [
    statement('S3Endpoint', 'OwnBucket', { Condition: undefined }),
    statement('UploadQueuePolicy', 'RuleSends', {
      Principal: { AWS: '*', Service: 'events.amazonaws.com' },
      Condition: undefined,
    }),
  ],
  'wide-permission': [
    statement('TaskRole', 'ReadFiles', { Resource: '*' }),
    statement('TaskRole', 'ListFiles', { Action: 's3:*' }),
    statement('KeeperRole', 'RunTheService', { Action: ['*'] }),
    statement('TaskRole', 'AskTheModel', { Resource: ['*'] }),
  ],
  'bucket-guard': [
    set('Bucket', 'PublicAccessBlockConfiguration.IgnorePublicAcls', false),
    set('Bucket', 'PublicAccessBlockConfiguration', undefined),
    set('Bucket', 'BucketEncryption', undefined),
    without('BucketPolicy'),
  ],
  'container-hardening': [
    set('TaskDefinition', `${TASK}.ReadonlyRootFilesystem`, undefined),
    set('TaskDefinition', `${TASK}.User`, '0:0'),
    set('TaskDefinition', `${TASK}.Privileged`, true),
  ],
  'secret-leak': [
    environment('API_KEY', '{{resolve:secretsmanager:mcp:SecretString}}'),
    custom('the API key is an output', (template) => {
      const Value = { 'Fn::Sub': '{{resolve:secretsmanager:${UploadApiKeySecret}:SecretString}}' };
      template.Outputs!.ApiKey = { Description: 'The key', Condition: 'PresummarizeOn', Value };
    }),
    set('UploadFunction', 'Environment.Variables.API_KEY', {
      'Fn::Sub': '{{resolve:secretsmanager:${UploadApiKeySecret}:SecretString}}',
    }),
  ],
  'fixed-name': [
    set('ApiKeyA', 'Name', 'mcp'),
    set('Bucket', 'BucketName', { 'Fn::Sub': 'mcp-${Stage}' }),
    set('ApiKeySecretA', 'Name', { 'Fn::Sub': 'mcp-${Stage}-key' }),
    set('UploadQueue', 'QueueName', { 'Fn::Sub': 'mcp-${Stage}' }),
  ],
  'log-retention': [
    set('KeeperLogGroup', 'RetentionInDays', undefined),
    attribute('LogGroup', 'DeletionPolicy', 'Retain'),
  ],
  'missing-description': [
    attribute('Topic', 'Metadata', undefined),
    custom('a parameter has no description', (template) => {
      delete template.Parameters!.Email!.Description;
    }),
    custom('a resource is added without words', (template) => {
      template.Resources.Another = { Type: 'AWS::CloudFormation::WaitConditionHandle' };
    }),
  ],
};

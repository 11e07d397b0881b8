import { expect } from 'chai';
import fc from 'fast-check';
import { billedParts } from '../../src/cost/billed-parts.ts';
import { composeTemplate, type TemplateResource } from '../../src/stack/compose/compose.ts';
import { madeResources } from '../../src/stack/conditions.ts';
import { DEFAULTS, type Parameters } from '../../src/stack/deploy-settings.ts';

const { template } = await composeTemplate({ ...DEFAULTS, Stage: 'dev' });

/** What the bill depends on, and what only might. */
const settings: fc.Arbitrary<Parameters> = fc
  .record({
    NetworkMode: fc.constantFrom('private', 'public-egress'),
    HighAvailability: fc.constantFrom('true', 'false'),
    NewRegionEndpoints: fc.constantFrom('true', 'false'),
    SleepAfterMinutes: fc.constantFrom('0', '15'),
    ScheduleDown: fc.constantFrom('', 'cron(0 20 ? * * *)'),
    Presummarize: fc.constantFrom('on', 'off'),
    KeySlots: fc.constantFrom('a', 'b', 'ab', 'ba'),
    Email: fc.constantFrom('', 'ops@example.com'),
    AllowWrites: fc.constantFrom('true', 'false'),
    CorsOrigin: fc.constantFrom('', 'https://example.com'),
  })
  .map((values) => ({ ...DEFAULTS, Stage: 'dev', ...values }));

// biome-ignore lint/suspicious/noExplicitAny: whatever stands in the template
const properties = (resource: TemplateResource) => (resource.Properties ?? {}) as any;

describe('what a stage pays for by its number', () => {
  it('is counted as the template makes it', () => {
    fc.assert(
      fc.property(settings, (values) => {
        const made = madeResources(template, values).map((id) => template.Resources[id]!);
        const of = (type: string) => made.filter(({ Type }) => Type === type);
        const endpoints = of('AWS::EC2::VPCEndpoint').filter(
          (each) => properties(each).VpcEndpointType === 'Interface',
        );
        const tracking = of('AWS::ApplicationAutoScaling::ScalingPolicy').filter(
          (each) => properties(each).PolicyType === 'TargetTrackingScaling',
        );
        const metricsOf = (alarm: TemplateResource) =>
          (properties(alarm).Metrics as { MetricStat?: unknown }[] | undefined)?.filter(
            ({ MetricStat }) => MetricStat !== undefined,
          ).length ?? 1;
        const names = of('AWS::Logs::MetricFilter').flatMap((filter) =>
          properties(filter).MetricTransformations.map((each: object) => JSON.stringify(metricName(each))),
        );
        const counted = billedParts(values);
        expect({ ...counted, endpoints: [...counted.endpoints].sort() }).to.deep.equal({
          endpoints: endpoints.map((each) => service(properties(each).ServiceName)).sort(),
          zones: values.HighAvailability === 'true' ? 2 : 1,
          secrets: of('AWS::SecretsManager::Secret').length,
          alarmMetrics:
            of('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0) +
            2 * tracking.length,
          compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
          customMetrics: new Set(names).size,
          dashboards: of('AWS::CloudWatch::Dashboard').length,
          keeperScheduled: madeResources(template, values).includes('KeeperSchedule'),
        });
      }),
    );
  });

  it('holds each kind of resource that costs by the hour or month', () => {
    const costly =
      /NatGateway|EIP|TransitGateway|WAFv2|KMS|ElastiCache|RDS|DynamoDB|Kinesis|Synthetics|Detective/;
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => costly.test(type))).to.deep.equal([]);
    expect(types.filter((type) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer')).to.have.length(1);
  });
});

function metricName(transformation: object): unknown {
  return (transformation as { MetricName: unknown }).MetricName;
}

/** `ecr.api` of `{"Fn::Sub": "com.amazonaws.${AWS::Region}.ecr.api"}`. */
function service(name: { 'Fn::Sub': string }): string {
  return name['Fn::Sub'].replace(/^.*AWS::Region}\./, '');
}

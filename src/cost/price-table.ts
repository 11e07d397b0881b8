/** What is paid for, by its unit. An endpoint's hour is that of one zone; GB are 10^9 bytes, a month has 730 hours. */
export type PriceName =
  | 'fargateArmVcpuHour'
  | 'fargateArmGbHour'
  | 'fargateX86VcpuHour'
  | 'fargateX86GbHour'
  | 'loadBalancerHour'
  | 'loadBalancerCapacityUnitHour'
  | 'endpointHour'
  | 'endpointGb'
  | 'publicIpv4Hour'
  | 'secretMonth'
  | 'alarmMetricMonth'
  | 'compositeAlarmMonth'
  | 'customMetricMonth'
  | 'dashboardMonth'
  | 'logGb'
  | 'restMillion'
  | 'lambdaMillion'
  | 'lambdaArmGbSecond'
  | 'sqsMillion'
  | 's3GbMonth'
  | 'ecrGbMonth';

export interface Price {
  /** US dollars, without tax, free tier and discounts. */
  usd: number;
  /** AWS's page or price list that has the figure. */
  page: string;
  /** Day or month in which it was read there. */
  read: string;
}

export type RegionPrices = Partial<Record<PriceName, Price>>;

/** Day on which the figures were gathered: from public documents that quote the pages and price lists named here. */
export const PRICES_GATHERED = '2026-11-24';

const list = (service: string, region: string) =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${service}/current/${region}/index.json`;
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/** The documents that quote these figures do not say when they read them. */
const UNDATED = 'undated';

const at = (source: string, read: string, prices: Partial<Record<PriceName, number>>): RegionPrices =>
  Object.fromEntries(Object.entries(prices).map(([name, usd]) => [name, { usd, page: source, read }]));

/** Quoted without a region, or alike wherever a region was named. They stand behind the regions' own. */
const EVERY_REGION: RegionPrices = {
  ...at(page('cloudwatch'), '2026-09', { alarmMetricMonth: 0.1, customMetricMonth: 0.3 }),
  ...at(page('cloudwatch'), UNDATED, { compositeAlarmMonth: 0.5, dashboardMonth: 3 }),
  ...at(page('secrets-manager'), '2026-10-06', { secretMonth: 0.4 }),
  ...at(page('lambda'), '2026-09', { lambdaMillion: 0.2, lambdaArmGbSecond: 0.0000133334 }),
  ...at(page('sqs'), UNDATED, { sqsMillion: 0.4 }),
  ...at(page('ecr'), '2026-07-31', { ecrGbMonth: 0.1 }),
  ...at(page('privatelink'), '2026-10-06', { endpointGb: 0.01 }),
};

/**
 * Prices by region. A region stands here only with figures of its own, and a figure that was not found is missing:
 * another region's never takes its place.
 */
export const PRICE_TABLE: Record<string, RegionPrices> = {
  'us-east-1': {
    ...EVERY_REGION,
    ...at(list('AmazonECS', 'us-east-1'), '2026-08-17', {
      fargateArmVcpuHour: 0.03238,
      fargateArmGbHour: 0.00356,
      fargateX86VcpuHour: 0.04048,
      fargateX86GbHour: 0.004445,
    }),
    ...at(list('AWSELB', 'us-east-1'), '2026-08-17', {
      loadBalancerHour: 0.0225,
      loadBalancerCapacityUnitHour: 0.008,
    }),
    ...at(page('privatelink'), '2026-08-17', { endpointHour: 0.01, endpointGb: 0.01 }),
    ...at(page('vpc'), '2026-08-17', { publicIpv4Hour: 0.005 }),
    ...at(list('AmazonCloudWatch', 'us-east-1'), '2026-03-26', { logGb: 0.5 }),
    ...at(list('AmazonApiGateway', 'us-east-1'), '2025-11-20', { restMillion: 3.5 }),
    ...at(list('AmazonS3', 'us-east-1'), '2026-06-12', { s3GbMonth: 0.023 }),
    ...at(list('AmazonECR', 'us-east-1'), '2026-08-17', { ecrGbMonth: 0.1 }),
  },
  // For the capacity units of the load balancer one document alone has a figure of this region.
  'us-west-2': {
    ...EVERY_REGION,
    ...at(list('AmazonECS', 'us-west-2'), '2026-08-28', {
      fargateArmVcpuHour: 0.03238,
      fargateArmGbHour: 0.00356,
    }),
    ...at(list('AmazonECS', 'us-west-2'), '2026-06-01', {
      fargateX86VcpuHour: 0.04048,
      fargateX86GbHour: 0.004445,
    }),
    ...at(list('AWSELB', 'us-west-2'), '2026-06-01', { loadBalancerHour: 0.0225 }),
    ...at(list('AmazonVPC', 'us-west-2'), '2026-10-06', { endpointHour: 0.01, endpointGb: 0.01 }),
    ...at(list('AmazonVPC', 'us-west-2'), '2026-09', { publicIpv4Hour: 0.005 }),
    ...at(page('cloudwatch'), '2026-09', { logGb: 0.5 }),
    ...at(page('api-gateway'), '2026-09', { restMillion: 3.5 }),
    ...at(page('s3'), '2026-09', { s3GbMonth: 0.023 }),
  },
  'eu-central-1': {
    ...EVERY_REGION,
    ...at(page('fargate'), '2026-06', { fargateArmVcpuHour: 0.03725, fargateArmGbHour: 0.00409 }),
    ...at(list('AmazonECS', 'eu-central-1'), '2026-09-23', {
      fargateX86VcpuHour: 0.04656,
      fargateX86GbHour: 0.00511,
    }),
    ...at(list('AWSELB', 'eu-central-1'), '2026-09-23', {
      loadBalancerHour: 0.027,
      loadBalancerCapacityUnitHour: 0.008,
    }),
    ...at(list('AmazonVPC', 'eu-central-1'), '2026-09-22', { endpointHour: 0.012, endpointGb: 0.01 }),
    ...at(page('vpc'), '2026-09-23', { publicIpv4Hour: 0.005 }),
    ...at(list('AmazonCloudWatch', 'eu-central-1'), '2026-09-23', { alarmMetricMonth: 0.1, logGb: 0.63 }),
    ...at(list('AmazonApiGateway', 'eu-central-1'), '2026-08-12', { restMillion: 3.7 }),
    ...at(list('AWSSecretsManager', 'eu-central-1'), '2026-09-23', { secretMonth: 0.4 }),
    ...at(page('s3'), '2026-09', { s3GbMonth: 0.0245 }),
  },
  'eu-west-1': {
    ...EVERY_REGION,
    ...at(list('AmazonECS', 'eu-west-1'), '2026-07-31', {
      fargateArmVcpuHour: 0.03238,
      fargateArmGbHour: 0.00356,
      fargateX86VcpuHour: 0.04048,
      fargateX86GbHour: 0.004445,
    }),
    ...at(list('AWSELB', 'eu-west-1'), '2026-07-31', {
      loadBalancerHour: 0.0252,
      loadBalancerCapacityUnitHour: 0.008,
    }),
    ...at(page('privatelink'), UNDATED, { endpointHour: 0.011 }),
    ...at(list('AmazonVPC', 'eu-west-1'), '2026-07-31', { publicIpv4Hour: 0.005 }),
    ...at(list('AmazonCloudWatch', 'eu-west-1'), '2026-10-02', { alarmMetricMonth: 0.1, logGb: 0.57 }),
    ...at(list('AmazonApiGateway', 'eu-west-1'), '2026-10-02', { restMillion: 3.5 }),
    ...at(list('AWSLambda', 'eu-west-1'), '2026-10-02', {
      lambdaMillion: 0.2,
      lambdaArmGbSecond: 0.0000133334,
    }),
    ...at(list('AWSQueueService', 'eu-west-1'), '2026-10-02', { sqsMillion: 0.4 }),
    ...at(page('secrets-manager'), '2026-10-05', { secretMonth: 0.4 }),
    ...at(page('s3'), '2026-10-05', { s3GbMonth: 0.023 }),
    ...at(list('AmazonECR', 'eu-west-1'), '2026-07-31', { ecrGbMonth: 0.1 }),
  },
};

import type { Zone } from '../../aws/ec2.ts';

/**
 * Zones that cannot have a VPC link (API Gateway Developer Guide, "Set up VPC links V2", availability by region).
 * Named are the ones that lack it in regions that list their zones; where nothing is known, every zone may try.
 */
const WITHOUT_LINK: Record<string, RegExp> = {
  'us-east-1': /-az3$/,
  'us-west-1': /-az2$/,
  'ap-east-1': /-az1$/,
  'ap-northeast-1': /-az3$/,
  'ap-northeast-2': /-az4$/,
  'ca-central-1': /-az[34]$/,
  'eu-west-3': /-az2$/,
};

export function linkZones(region: string): (zone: Zone) => boolean {
  return ({ id }) => !WITHOUT_LINK[region]?.test(id);
}

/** Regions from before 23 December 2023. */
const OLDER =
  /^(us-(east|west)-[12]|us-gov-(east|west)-1|cn-north-1|cn-northwest-1|af-south-1|ap-east-1|ap-south-[12]|ap-northeast-[123]|ap-southeast-[1234]|ca-central-1|eu-central-[12]|eu-west-[123]|eu-north-1|eu-south-[12]|me-south-1|me-central-1|il-central-1|sa-east-1)$/;

/**
 * Whether Fargate tasks in private subnets need endpoints for ECS itself (ECS Developer Guide, "Amazon ECS interface
 * VPC endpoints": regions introduced from 23 December 2023 on).
 */
export function ecsEndpointsNeeded(region: string): boolean {
  return !OLDER.test(region);
}

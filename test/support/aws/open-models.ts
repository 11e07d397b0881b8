import type { Emulator } from './emulator.ts';
import { json, xml } from './fault.ts';

const MODEL = 'amazon.nova-2-lite-v1:0';
const REGIONS = ['eu-central-1', 'eu-west-1'];

export const PROFILE = `eu.${MODEL}`;

/** ARNs of {@link PROFILE} and of the models it passes calls on to. */
export const PROFILE_ARNS = [
  `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/${PROFILE}`,
  ...REGIONS.map((region) => `arn:aws:bedrock:${region}::foundation-model/${MODEL}`),
];

/**
 * Lets the emulated region have what MiniStack does not know: the default model's inference profile, and the endpoint of
 * Bedrock among those of the VPC. A `reset` of the proxy takes it away.
 */
export function openModels({ proxy }: Emulator): void {
  const [inferenceProfileArn, ...models] = PROFILE_ARNS;
  const profile = {
    inferenceProfileId: PROFILE,
    inferenceProfileArn,
    inferenceProfileName: PROFILE,
    models: models.map((modelArn) => ({ modelArn })),
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
  };
  proxy.rig({
    action: /^bedrock:GET \/inference-profiles/,
    do: ({ url }) => {
      if (url.startsWith('/inference-profiles?')) return json({ inferenceProfileSummaries: [profile] });
      return decodeURIComponent(url).includes(PROFILE) ? json(profile) : undefined;
    },
  });
  proxy.rig({
    action: 'ec2:DescribeVpcEndpointServices',
    do: ({ body }) => {
      const names = [...new URLSearchParams(body)].filter(([name]) => /^Filter\.1\.Value\./.test(name));
      const zones = ['a', 'b', 'c'].map((letter) => `<item>eu-central-1${letter}</item>`).join('');
      const details = names.map(
        ([, name]) =>
          `<item><serviceName>${name}</serviceName><availabilityZoneSet>${zones}</availabilityZoneSet></item>`,
      );
      return xml(
        200,
        `<DescribeVpcEndpointServicesResponse><serviceDetailSet>${details.join('')}</serviceDetailSet></DescribeVpcEndpointServicesResponse>`,
      );
    },
  });
}

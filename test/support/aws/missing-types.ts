/**
 * Resource types of our templates that MiniStack 1.5.33 refuses. The proxy takes exactly these resources out of a
 * template before the emulator sees it; what that leaves unproven the validators and our own rules must say.
 * test/aws/missing-types.test.ts fails when a line is stale: when MiniStack has learnt the type, or no template
 * has it any more.
 */
export const MISSING_TYPES = [
  'AWS::ApiGatewayV2::VpcLink',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::EC2::SecurityGroupEgress',
];

/**
 * Logical ids of taken-out resources that other parts of the templates name, by `Ref`, `Fn::GetAtt` or `Fn::Sub`:
 * those get {@link standIn} instead. (`DependsOn` is simply dropped.)
 */
export const NAMED_ELSEWHERE = ['AlarmHealth', 'TaskToEndpoints', 'TaskToInternet', 'VpcLink'];

/** What a reference to a taken-out resource becomes. */
export function standIn(logicalId: string): string {
  return `stand-in-${logicalId.toLowerCase()}`;
}

/**
 * Properties in which MiniStack takes a parameter's value for text where AWS reads a number: they get the
 * parameter's default as a number, whatever its value is.
 */
export const NUMBERS: Record<string, string> = { 'AWS::ECS::Service': 'CapacityProviderStrategy' };

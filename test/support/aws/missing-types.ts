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
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::ECS::ClusterCapacityProviderAssociations',
];

/**
 * Logical ids of taken-out resources that other parts of the templates name, by `Ref`, `Fn::GetAtt` or `Fn::Sub`:
 * those get {@link standIn} instead. (`DependsOn` is simply dropped.)
 */
export const NAMED_ELSEWHERE = ['VpcLink'];

/** What a reference to a taken-out resource becomes. */
export function standIn(logicalId: string): string {
  return `stand-in-${logicalId.toLowerCase()}`;
}

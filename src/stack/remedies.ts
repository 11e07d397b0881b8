/** A reason that is known, by its words, with what helps. */
interface Known {
  /** Types of resources that it is about; absent: all. */
  types?: RegExp;
  words: RegExp;
  remedies: (match: RegExpExecArray) => string[];
}

const KNOWN: Known[] = [
  {
    words: /not authorized to perform:? ([\w-]+:\w+)|is not authorized.*?([\w-]+:[A-Z]\w+)/i,
    remedies: ([, first, second]) => [
      `allow ${first ?? second} to who deploys: docs/permissions/deployer.json holds all that is needed`,
    ],
  },
  {
    types: /^AWS::ECS::Service$/,
    words: /circuit breaker|did not stabilize|exceeded attempts|failed to stabilize|timed? ?out/i,
    remedies: () => ['what the tasks said stands above; find the cause: mcp-s3 doctor'],
  },
  {
    words: /service[- ]linked role/i,
    remedies: () => [
      'run the deployment again: a role that was just made takes a minute to be known everywhere',
    ],
  },
  {
    types: /^AWS::ApiGateway/,
    words: /CloudWatch Logs role ARN must be set/i,
    remedies: () => [
      'the account role of API Gateway is missing in this region: run the deployment again, it sets it',
      'if it stays so: mcp-s3 doctor',
    ],
  },
  {
    words: /already exists/i,
    remedies: () => [
      'something of this name is left from before, or belongs to somebody else: mcp-s3 destroy removes what is ours',
      'or choose another stage with --stage',
    ],
  },
  {
    words: /(limit|quota).*(exceeded|reached)|LimitExceeded|maximum number of/i,
    remedies: () => [
      'ask for a higher quota: https://console.aws.amazon.com/servicequotas',
      'or remove what nobody needs, or choose another region with --region',
    ],
  },
  {
    types: /^AWS::ApiGatewayV2::VpcLink$/,
    words: /availability zone/i,
    remedies: () => [
      'this zone has no VPC links: destroy the stage and deploy again, which chooses other zones',
    ],
  },
  {
    types: /^AWS::EC2::VPCEndpoint$/,
    words: /does not support the availability zone/i,
    remedies: () => [
      'an endpoint is missing in this zone: destroy the stage and deploy again, which chooses other zones',
    ],
  },
  {
    types: /^AWS::EC2::/,
    words: /has a dependent object|has dependencies|DependencyViolation|in use/i,
    remedies: () => ['a network interface is still held: wait ten minutes, then run the command again'],
  },
  {
    types: /^AWS::S3::Bucket$/,
    words: /not empty/i,
    remedies: () => ['mcp-s3 destroy empties it first, all versions included'],
  },
  {
    words: /rate exceeded|throttl/i,
    remedies: () => ['AWS was asked too often: run the deployment again'],
  },
  {
    words: /expired|security token/i,
    remedies: () => ['the credentials ran out while it was going on: sign in and run the deployment again'],
  },
  {
    types: /^AWS::Lambda::Function$/,
    words: /role.*cannot be assumed/i,
    remedies: () => ['run the deployment again: a role that was just made takes a moment to be usable'],
  },
  {
    words: /insufficient capacity|capacity is unavailable|no capacity/i,
    remedies: () => [
      'AWS has no room of this kind now: try again later, with --spot-percent 0, or in another region',
    ],
  },
];

/** What helps against a failure of a resource, most likely first. Never empty. */
export function remediesFor(type: string, reason: string): string[] {
  for (const { types, words, remedies } of KNOWN) {
    if (types !== undefined && !types.test(type)) continue;
    const match = words.exec(reason);
    if (match !== null) return remedies(match);
  }
  return ['correct what it names and run the deployment again: the stack is as it was before'];
}

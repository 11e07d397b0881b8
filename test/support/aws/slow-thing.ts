/**
 * A resource that takes its time and fails when it is told to: a custom resource, answered by a function that
 * CloudFormation calls. What it does stands in its properties: `Delay` in milliseconds, `Fail` the requests that it
 * refuses ("Create,Delete").
 */
export const THING_FUNCTION = {
  ThingRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    },
  },
  ThingFunction: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: 30,
      Role: { 'Fn::GetAtt': ['ThingRole', 'Arn'] },
      Code: { ZipFile: code() },
    },
  },
};

export function thing(properties: { Delay?: number; Fail?: string } = {}) {
  return {
    Type: 'Custom::Thing',
    Metadata: { 'mcp-s3': { Description: 'Takes its time' } },
    Properties: { ServiceToken: { 'Fn::GetAtt': ['ThingFunction', 'Arn'] }, ...properties },
  };
}

function code(): string {
  return `
exports.handler = async (event) => {
  const { Delay = 0, Fail = '' } = event.ResourceProperties;
  await new Promise((resolve) => setTimeout(resolve, Number(Delay)));
  const refuses = Fail.split(',').includes(event.RequestType) && process.env.KIND !== 'yes';
  await fetch(event.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({
      Status: refuses ? 'FAILED' : 'SUCCESS',
      Reason: refuses ? 'the thing does not want to' : undefined,
      PhysicalResourceId: 'thing',
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  });
};`;
}

import { expect } from 'chai';
import type { StackEvent } from '../../src/aws/cloudformation-events.ts';
import { StackProgress } from '../../src/stack/progress.ts';
import { remediesFor } from '../../src/stack/remedies.ts';
import { rootCause, unwrapped } from '../../src/stack/root-cause.ts';
import { standingOf, succeeded } from '../../src/stack/standing.ts';

let clock = 0;
const event = (logicalId: string, status: string, reason = '', type = 'AWS::S3::Bucket'): StackEvent => ({
  id: `event-${clock}`,
  time: 1000 * clock++,
  logicalId,
  physicalId: '',
  type,
  status,
  reason,
  ofStack: false,
});
const stackEvent = (status: string, reason = ''): StackEvent => ({
  ...event('mcp-dev', status, reason, 'AWS::CloudFormation::Stack'),
  ofStack: true,
});

/** As CloudFormation told of a real failure: beginnings twice, the cause, what was cancelled for it, the way back. */
const FAILURE = () => [
  stackEvent('CREATE_IN_PROGRESS', 'User Initiated'),
  event('Bucket', 'CREATE_IN_PROGRESS'),
  event('Bucket', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'),
  event('Topic', 'CREATE_IN_PROGRESS'),
  event('Bucket', 'CREATE_COMPLETE'),
  event('Queue', 'CREATE_FAILED', 'the queue cannot be'),
  event('Topic', 'CREATE_FAILED', 'Resource creation cancelled'),
  stackEvent('ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create: [Queue, Topic].'),
  event('Bucket', 'DELETE_IN_PROGRESS'),
  event('Bucket', 'DELETE_FAILED', 'The bucket you tried to delete is not empty'),
  stackEvent('ROLLBACK_FAILED', 'The following resource(s) failed to delete: [Bucket].'),
];

describe('events of a stack', () => {
  it('are told once each, without what was cancelled', () => {
    const progress = new StackProgress();
    const steps = FAILURE().flatMap((each) => progress.take(each) ?? []);
    expect(
      steps.map(
        ({ state, verb, logicalId, rollback }) => `${state} ${verb} ${logicalId}${rollback ? ' back' : ''}`,
      ),
    ).to.deep.equal([
      'begun create Bucket',
      'begun create Topic',
      'done create Bucket',
      'failed create Queue',
      'begun delete Bucket back',
      'failed delete Bucket back',
    ]);
    expect(steps[2]!.ms).to.equal(3000);
    expect([...progress.running.keys()]).to.deep.equal([]);
    expect([...progress.finished]).to.deep.equal(['Bucket']);
  });

  it('lead to the oldest failure, not to what failed after it', () => {
    const cause = rootCause(FAILURE())!;
    expect(cause).to.include({ logicalId: 'Queue', reason: 'the queue cannot be' });
    expect(cause.remedies).not.to.deep.equal([]);
  });

  it('lead to the stack itself where no resource failed, and to nothing where nothing did', () => {
    expect(rootCause([stackEvent('CREATE_FAILED', 'it was cancelled by hand')])).to.equal(undefined);
    expect(rootCause([stackEvent('CREATE_FAILED', 'no such role')])!.reason).to.equal('no such role');
    expect(rootCause([event('Bucket', 'CREATE_COMPLETE')])).to.equal(undefined);
  });

  it('give their reason without its wrapping', () => {
    expect(
      unwrapped(
        'Resource handler returned message: "Invalid request provided: CreateService error: Too many. (Service: Ecs, Status Code: 400, Request ID: 1f0, Extended Request ID: null) (SDK Attempt Count: 1)" (RequestToken: 0c6, HandlerErrorCode: InvalidRequest)',
      ),
    ).to.equal('Invalid request provided: CreateService error: Too many. (SDK Attempt Count: 1)');
    expect(unwrapped('plain words')).to.equal('plain words');
  });
});

describe('remedies', () => {
  const known: [string, string, RegExp][] = [
    [
      'AWS::IAM::Role',
      'User: arn:aws:iam::1:user/x is not authorized to perform: iam:CreateRole on resource: y',
      /allow iam:CreateRole /,
    ],
    ['AWS::ECS::Service', 'ECS Deployment Circuit Breaker was triggered', /mcp-s3 doctor/],
    [
      'AWS::ApiGateway::Stage',
      'CloudWatch Logs role ARN must be set in account settings to enable logging',
      /account role/,
    ],
    ['AWS::EC2::VPC', 'The maximum number of VPCs has been reached.', /quota/],
    ['AWS::S3::Bucket', 'mcp-dev-files already exists', /left from before/],
    [
      'AWS::EC2::VPCEndpoint',
      'The VPC endpoint service does not support the availability zone of the subnet: subnet-1',
      /other zones/,
    ],
    [
      'AWS::EC2::Subnet',
      "The subnet 'subnet-1' has dependencies and cannot be deleted.",
      /network interface/,
    ],
    ['AWS::SQS::Queue', 'something new', /run the deployment again/],
  ];
  for (const [type, reason, remedy] of known) {
    it(`for ${type}: ${reason.slice(0, 50)}`, () => expect(remediesFor(type, reason)[0]).to.match(remedy));
  }
});

describe('the standing of a stack', () => {
  const expected: Record<string, string> = {
    REVIEW_IN_PROGRESS: 'absent',
    DELETE_COMPLETE: 'absent',
    CREATE_COMPLETE: 'ready',
    UPDATE_COMPLETE: 'ready',
    UPDATE_ROLLBACK_COMPLETE: 'ready',
    IMPORT_ROLLBACK_COMPLETE: 'ready',
    CREATE_IN_PROGRESS: 'busy',
    UPDATE_IN_PROGRESS: 'busy',
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'busy',
    UPDATE_ROLLBACK_IN_PROGRESS: 'busy',
    ROLLBACK_IN_PROGRESS: 'busy',
    DELETE_IN_PROGRESS: 'deleting',
    DELETE_FAILED: 'half-deleted',
    CREATE_FAILED: 'wreck',
    ROLLBACK_COMPLETE: 'wreck',
    ROLLBACK_FAILED: 'wreck',
    UPDATE_ROLLBACK_FAILED: 'stuck',
    UPDATE_FAILED: 'half-updated',
  };
  for (const [status, standing] of Object.entries(expected)) {
    it(`${status} is ${standing}`, () => expect(standingOf({ status })).to.equal(standing));
  }

  it('is a success only where what was begun was done', () => {
    expect(succeeded({ status: 'UPDATE_COMPLETE' })).to.equal(true);
    expect(succeeded({ status: 'UPDATE_ROLLBACK_COMPLETE' })).to.equal(false);
  });
});

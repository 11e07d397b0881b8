import type { AwsCall } from './aws-call.ts';
import type { Emulator } from './emulator.ts';
import { errorAnswer, xml } from './fault.ts';

const OWNER_HEADER = 'x-amz-expected-bucket-owner';

/**
 * From now on a bucket is gone, and somebody else made one of its name that lets everybody do everything: S3 refuses
 * those only who say whose bucket they expect, and does not list it among the account's own. Returns every call to it.
 */
export function takeBucket(emulator: Emulator, bucket: string): AwsCall[] {
  const calls: AwsCall[] = [];
  emulator.proxy.rig({
    action: /^s3:/,
    do(call) {
      if (new URL(call.url, 'http://s3').pathname.split('/')[1] !== bucket) return undefined;
      calls.push(call);
      const expected = call.headers[OWNER_HEADER];
      if (expected === undefined || expected === OTHER) return undefined;
      return call.method === 'HEAD'
        ? { status: 403 }
        : errorAnswer(call, 'AccessDenied', 'Access Denied', 403);
    },
  });
  emulator.proxy.rig({
    action: 's3:ListBuckets',
    do: () => xml(200, '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'),
  });
  return calls;
}

const OTHER = '210987654321';

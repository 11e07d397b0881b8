import type { S3Client } from '@aws-sdk/client-s3';

/**
 * Has S3 refuse every call to a bucket of another account. The name of a bucket that was deleted is anybody's: whoever
 * takes it would be handed files (Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition").
 * @param owner account, twelve digits
 */
export function expectOwner(client: S3Client, owner: string): void {
  client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, ExpectedBucketOwner: owner } }),
    { name: 'expectOwner', step: 'initialize' },
  );
}

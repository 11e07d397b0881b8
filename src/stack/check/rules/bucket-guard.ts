import { statementsIn } from '../policies.ts';
import { at, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import { idOf } from '../spell.ts';

const SHUT = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** A bucket is not public, is encrypted, and is spoken to over TLS only. */
export const bucketGuard: Rule = {
  id: 'bucket-guard',
  *settled(stack) {
    const policies = stack.ofType('S3::BucketPolicy');
    for (const { id, properties } of stack.ofType('S3::Bucket')) {
      for (const word of SHUT) {
        const path = `PublicAccessBlockConfiguration.${word}`;
        if (textAt(properties, path) === 'true') continue;
        yield { resource: id, path: `Properties.${path}`, message: 'the bucket could be made public' };
      }
      if (at(properties, 'BucketEncryption.ServerSideEncryptionConfiguration') === undefined) {
        yield {
          resource: id,
          path: 'Properties.BucketEncryption',
          message: 'says nothing of encryption at rest',
        };
      }
      const tlsOnly = policies
        .filter((policy) => idOf(policy.properties.Bucket) === id)
        .flatMap(statementsIn)
        .some(
          ({ effect, condition }) =>
            effect === 'Deny' && textAt(condition, 'Bool.aws:SecureTransport') === 'false',
        );
      if (!tlsOnly) yield { resource: id, message: 'no policy refuses requests without TLS' };
    }
  },
};

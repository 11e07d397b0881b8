import type { Rule } from '../rule.ts';

/** Types whose name, once given, blocks what comes later. */
const NAMES: Record<string, { property: string; why: string }> = {
  'AWS::ApiGateway::ApiKey': {
    property: 'Name',
    why: 'a key with another value replaces it, and while both exist the name is taken',
  },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    why: 'the name may belong to somebody else, and is not free at once after the bucket is deleted',
  },
  'AWS::SecretsManager::Secret': {
    property: 'Name',
    why: 'the name stays taken for the days in which a deleted secret can be restored',
  },
  'AWS::SQS::Queue': { property: 'QueueName', why: 'the name is refused for a minute after its deletion' },
};

export const fixedName: Rule = {
  id: 'fixed-name',
  *settled(stack) {
    for (const { id, type, properties } of stack.resources.values()) {
      const name = NAMES[type];
      if (name === undefined || properties[name.property] === undefined) continue;
      yield {
        resource: id,
        path: `Properties.${name.property}`,
        message: `the name is fixed: ${name.why}`,
      };
    }
  },
};

import { RESERVED_PREFIX } from '../../../../server/names.ts';
import { at, listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';
import type { Settled } from '../settled.ts';

/** New files are noticed, and the summaries that the service writes itself are not. */
export const summaryLoop: Rule = {
  id: 'summary-loop',
  *settled(stack: Settled) {
    for (const { id, properties } of stack.ofType('Events::Rule')) {
      if (!listAt(properties, 'EventPattern.source').includes('aws.s3')) continue;
      const keys = listAt(properties, 'EventPattern.detail.object.key');
      if (!keys.some((key) => at(key, 'anything-but.prefix') === RESERVED_PREFIX)) {
        const message = `each summary would be taken for a new file and summarized in turn: leave out ${RESERVED_PREFIX}`;
        yield { resource: id, path: 'Properties.EventPattern', message };
      }
      for (const bucket of stack.ofType('S3::Bucket')) {
        const named = listAt(properties, 'EventPattern.detail.bucket.name').includes(`\${${bucket.id}}`);
        const path = 'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled';
        if (!named || textAt(bucket.properties, path) === 'true') continue;
        const message = `the bucket tells EventBridge nothing, so ${id} hears of no new file`;
        yield { resource: bucket.id, path: `Properties.${path}`, message };
      }
    }
  },
};

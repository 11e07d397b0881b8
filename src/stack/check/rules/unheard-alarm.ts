import { stageNames } from '../../../../server/names.ts';
import { listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** An alarm of the stage is told to somebody, and one that only drives scaling is not counted among them. */
export const unheardAlarm: Rule = {
  id: 'unheard-alarm',
  *settled(stack) {
    const prefix = `${stageNames(stack.values.Stage ?? '').stack}-`;
    for (const { id, properties } of stack.ofType('CloudWatch::Alarm')) {
      const name = textAt(properties, 'AlarmName');
      const tells = listAt(properties, 'AlarmActions').length > 0;
      if (!name.startsWith(prefix) && !name.startsWith(`scaling-${prefix}`)) {
        const message = `is called ${name || 'by chance'}: the command line looks for ${prefix}… (and scaling-${prefix}… for what only scales)`;
        yield { resource: id, path: 'Properties.AlarmName', message };
      } else if (name.startsWith(prefix) !== tells) {
        const message = tells
          ? 'rings at people although it only scales'
          : 'rings, and nobody is told: add the topic';
        yield { resource: id, path: 'Properties.AlarmActions', message };
      }
    }
  },
};

import { METRIC_NAMESPACE } from '../../../../server/names.ts';
import { listAt, textAt } from '../read.ts';
import type { Rule } from '../rule.ts';

/** An alarm on a figure of ours watches one that something writes. */
export const alarmMetric: Rule = {
  id: 'alarm-metric',
  *settled(stack) {
    const written = new Set(
      stack
        .ofType('Logs::MetricFilter')
        .flatMap(({ properties }) => listAt(properties, 'MetricTransformations'))
        .map((metric) => textAt(metric, 'MetricName')),
    );
    for (const { id, properties } of stack.ofType('CloudWatch::Alarm')) {
      const name = textAt(properties, 'MetricName');
      if (textAt(properties, 'Namespace') !== METRIC_NAMESPACE || written.has(name)) continue;
      const message = `no metric filter writes ${name}: the alarm could never ring`;
      yield { resource: id, path: 'Properties.MetricName', message };
    }
  },
};

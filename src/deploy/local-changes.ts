import type { ChangePlan } from '../stack/planned-change.ts';
import type { TemplateFacts } from '../stack/template-facts.ts';

/** What the first deployment makes, read from the template: there is nothing to compare it with. */
export function firstChanges({ types, titles }: TemplateFacts, _effective: unknown): ChangePlan {
  return {
    retagged: 0,
    changes: [...types].map(([logicalId, type]) => ({
      logicalId,
      type,
      title: titles.get(logicalId) ?? type,
      action: 'add' as const,
      causes: [],
    })),
  };
}

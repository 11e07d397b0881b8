import type { Template } from '../stack/compose/compose.ts';
import { madeResources } from '../stack/conditions.ts';
import type { Parameters } from '../stack/deploy-settings.ts';
import { type ChangePlan, typeInWords } from '../stack/planned-change.ts';
import { titlesOf } from '../stack/template-facts.ts';

/** What the first deployment makes, read from the template: there is nothing to compare it with. */
export function firstChanges(template: Template, values: Parameters): ChangePlan {
  const titles = titlesOf(template);
  return {
    retagged: 0,
    changes: madeResources(template, values).map((logicalId) => {
      const { Type: type } = template.Resources[logicalId]!;
      const title = titles.get(logicalId) ?? typeInWords(type);
      return { logicalId, type, title, action: 'add' as const, causes: [] };
    }),
  };
}

import type { Template } from '../compose/compose.ts';
import { referencesOf } from '../compose/references.ts';
import { conditionsOf } from '../conditions.ts';
import type { Parameters } from '../deploy-settings.ts';
import { decide } from './decide.ts';
import { Settled, type SettledOutput, type SettledResource } from './settled.ts';
import { spell } from './spell.ts';

/** An entry of a section, and the forms that states have given it so far. */
interface Entry<T> {
  name: string;
  definition: Record<string, unknown>;
  /** Parameters and conditions that decide what becomes of it. */
  depends: string[];
  forms: Map<string, T | undefined>;
}

/**
 * Makes stacks out of a template, one for each set of parameters. Most entries are the same in all of them, and are
 * made once.
 */
export function settler(template: Template): (values: Parameters) => Settled {
  const entries = <T>(section: Record<string, unknown>): Entry<T>[] =>
    Object.entries(section).map(([name, definition]) => ({
      name,
      definition: definition as Record<string, unknown>,
      depends: [...referencesOf(definition)].filter(
        (each) => template.Parameters?.[each] !== undefined || template.Conditions?.[each] !== undefined,
      ),
      forms: new Map(),
    }));
  const resources = entries<SettledResource>(template.Resources);
  const outputs = entries<SettledOutput>(template.Outputs ?? {});

  const needsOf = (decided: Record<string, unknown>) =>
    new Set([...referencesOf(decided)].filter((each) => template.Parameters?.[each] === undefined));

  return (values) => {
    const truths = new Map<string, boolean>();
    const evaluate = conditionsOf(template, values);
    const holds = (name: string) => {
      if (!truths.has(name)) truths.set(name, evaluate(name));
      return truths.get(name)!;
    };
    const formOf = <T>(entry: Entry<T>, make: (decided: Record<string, unknown>) => T): T | undefined => {
      const { depends, forms, definition } = entry;
      const key = depends
        .map((each) => (template.Conditions?.[each] ? holds(each) : values[each]))
        .join('\n');
      if (!forms.has(key)) {
        const { Condition, ...rest } = definition;
        const made = typeof Condition !== 'string' || holds(Condition);
        forms.set(key, made ? make(decide(rest, holds) as Record<string, unknown>) : undefined);
      }
      return forms.get(key);
    };
    return new Settled(
      values,
      resources.flatMap((entry) => {
        const form = formOf(entry, (decided) => {
          const { Type, Properties, ...attributes } = decided;
          const properties = spell(Properties ?? {}, template, values) as Record<string, unknown>;
          return { id: entry.name, type: String(Type), properties, attributes, needs: needsOf(decided) };
        });
        return form ?? [];
      }),
      outputs.flatMap((entry) => {
        const form = formOf(entry, (decided) => ({
          name: entry.name,
          value: spell(decided.Value, template, values),
          needs: needsOf(decided),
        }));
        return form ?? [];
      }),
    );
  };
}

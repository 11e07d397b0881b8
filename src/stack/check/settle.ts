import type { Template } from '../compose/compose.ts';
import { referencesOf } from '../compose/references.ts';
import { conditionsOf } from '../conditions.ts';
import type { Parameters } from '../deploy-settings.ts';
import { decide } from './decide.ts';
import { Settled, type SettledOutput, type SettledResource } from './settled.ts';
import { spell } from './spell.ts';

/** An entry of a section. */
interface Entry<T> {
  name: string;
  definition: Record<string, unknown>;
  /** Parameters and conditions that decide what becomes of it. */
  depends: string[];
  /** Something in it is chosen by a condition. */
  undecided: boolean;
  /** What the first state made of it; undefined where that leaves it out. */
  first?: T | undefined;
}

/**
 * Makes stacks out of a template, one for each set of parameters. Most entries are as in the
 * first of them, and are made once.
 */
export function settler(template: Template): (values: Parameters) => Settled {
  const isCondition = (name: string) => template.Conditions?.[name] !== undefined;
  const isParameter = (name: string) => template.Parameters?.[name] !== undefined;
  const entries = <T>(section: Record<string, unknown>): Entry<T>[] =>
    Object.entries(section).map(([name, definition]) => {
      const names = [...referencesOf(definition)];
      const depends = names.filter((each) => isParameter(each) || isCondition(each));
      const undecided = depends.some(isCondition) || names.includes('AWS::NoValue');
      return { name, definition: definition as Entry<T>['definition'], depends, undecided };
    });
  const resources = entries<SettledResource>(template.Resources);
  const outputs = entries<SettledOutput>(template.Outputs ?? {});

  const needsOf = (decided: Record<string, unknown>) =>
    new Set([...referencesOf(decided)].filter((each) => !isParameter(each)));

  let first: Map<string, string | boolean | undefined> | undefined;

  return (values) => {
    const evaluate = conditionsOf(template, values);
    const state = new Map<string, string | boolean | undefined>();
    for (const name of Object.keys(template.Parameters ?? {})) state.set(name, values[name]);
    for (const name of Object.keys(template.Conditions ?? {})) state.set(name, evaluate(name));
    const holds = (name: string) => (state.get(name) ?? evaluate(name)) === true;
    const differs = (name: string) => first !== undefined && state.get(name) !== first.get(name);
    const formOf = <T>(entry: Entry<T>, make: (decided: Record<string, unknown>) => T): T | undefined => {
      const { depends, undecided, definition } = entry;
      if (first !== undefined && !depends.some(differs)) return entry.first;
      const { Condition, ...rest } = definition;
      const made = typeof Condition !== 'string' || holds(Condition);
      const form = made ? make(undecided ? (decide(rest, holds) as typeof rest) : rest) : undefined;
      if (first === undefined) entry.first = form;
      return form;
    };
    const stack = new Settled(
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
    first ??= state;
    return stack;
  };
}

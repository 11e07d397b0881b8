import type { Template } from './compose/compose.ts';
import type { Parameters } from './deploy-settings.ts';

/**
 * Which resources a template makes with these parameters: those without a condition, and those whose condition holds.
 * @throws Error as {@link conditionsOf} does
 */
export function madeResources(template: Template, values: Parameters): string[] {
  const holds = conditionsOf(template, values);
  return Object.entries(template.Resources).flatMap(([id, { Condition }]) =>
    Condition === undefined || holds(Condition as string) ? [id] : [],
  );
}

/**
 * Whether a condition of the template holds with these parameters. A parameter that is not given has its default.
 * @returns a function of the condition's name. It throws an Error for a condition that is not there, and for a function
 * that conditions of ours do not use, so that a wrong answer is never taken for a right one
 */
export function conditionsOf(template: Template, values: Parameters): (name: string) => boolean {
  const holds = (name: string): boolean => {
    const condition = template.Conditions?.[name];
    if (condition === undefined) throw new Error(`there is no condition ${name}`);
    return truth(condition);
  };
  const truth = (condition: unknown): boolean => {
    const [name, inner] = only(condition);
    if (name === 'Condition') return holds(inner as string);
    const parts = inner as unknown[];
    switch (name) {
      case 'Fn::Equals':
        return text(parts[0]) === text(parts[1]);
      case 'Fn::Not':
        return !truth(parts[0]);
      case 'Fn::And':
        return parts.every(truth);
      case 'Fn::Or':
        return parts.some(truth);
      default:
        throw new Error(`the condition function ${name} is not known here`);
    }
  };
  const text = (value: unknown): string => {
    if (typeof value !== 'object') return String(value);
    const [name, inner] = only(value);
    if (name === 'Ref') return values[inner as string] ?? String(defaultOf(inner as string));
    // Of a list parameter, whose value is one text with commas.
    if (name === 'Fn::Join') {
      const [glue, list] = inner as [string, unknown];
      return text(list).split(',').join(glue);
    }
    throw new Error(`the function ${name} in a condition is not known here`);
  };
  const defaultOf = (name: string) => template.Parameters?.[name]?.Default ?? '';
  return holds;
}

function only(value: unknown): [string, unknown] {
  return Object.entries(value as object)[0] as [string, unknown];
}

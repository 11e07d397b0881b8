import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';

/**
 * Values of parameters that between them choose both sides of every condition: the given ones, then each parameter
 * that conditions look at changed alone, then all of them changed. What only shows where two rare choices meet in a
 * third way is not looked at.
 */
export function statesOf(template: Template, given: Parameters): Parameters[] {
  const compared = new Map<string, Set<string>>();
  collect(template.Conditions, compared);
  const states: Parameters[] = [given];
  const last: Parameters = { ...given };
  for (const [name, literals] of compared) {
    const parameter = template.Parameters?.[name];
    if (parameter === undefined) continue;
    const usual = given[name] ?? String(parameter.Default ?? '');
    const allowed = (parameter.AllowedValues as unknown[] | undefined)?.map(String);
    const candidates = allowed ?? [...literals, parameter.Type === 'Number' ? '10' : 'something'];
    for (const other of new Set(candidates)) {
      if (other === usual) continue;
      states.push({ ...given, [name]: other });
      last[name] = other;
    }
  }
  return [...states, last];
}

/** Parameters in `Fn::Equals`, with the texts they are compared with. */
function collect(value: unknown, compared: Map<string, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return;
  const pair = (value as Record<string, unknown>)['Fn::Equals'];
  if (Array.isArray(pair)) {
    const literals = pair.filter((side) => typeof side !== 'object').map(String);
    for (const name of refs(pair)) {
      compared.set(name, new Set([...(compared.get(name) ?? []), ...literals]));
    }
  }
  for (const inner of Object.values(value)) collect(inner, compared);
}

function refs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Ref' in value) return [String(value.Ref)];
  return Object.values(value).flatMap(refs);
}

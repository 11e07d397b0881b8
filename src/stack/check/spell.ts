import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';

const PSEUDO = /^AWS::/;

/**
 * A value with the parameters filled in and every reference as text, as `Fn::Sub` writes it: `${Bucket}`,
 * `${Bucket.Arn}`, `${AWS::Region}`. So rules compare texts and need not know how a reference was written.
 */
export function spell(value: unknown, template: Template, values: Parameters): unknown {
  const parameter = (name: string): string | string[] | undefined => {
    const declared = template.Parameters?.[name];
    if (declared === undefined) return undefined;
    const given = String(values[name] ?? declared.Default ?? '');
    return /List/.test(declared.Type) ? given.split(',') : given;
  };
  const name = (text: string) => {
    const known = PSEUDO.test(text) ? undefined : parameter(text);
    return known === undefined ? `\${${text}}` : String(known);
  };

  const spelled = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(spelled);
    if (typeof inner !== 'object' || inner === null) return inner;
    const entries = Object.entries(inner);
    const [key, argument] = entries.length === 1 ? entries[0]! : ['', undefined];
    if (key === 'Ref') return parameter(String(argument)) ?? `\${${argument}}`;
    if (key === 'Fn::GetAtt') return `\${${[argument].flat().join('.')}}`;
    if (key === 'Fn::Sub') {
      const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
      return substitute(String(text), own as Record<string, unknown>);
    }
    if (key === 'Fn::Join' && Array.isArray(argument)) {
      const list = spelled(argument[1]);
      if (Array.isArray(list)) return list.map(String).join(String(argument[0]));
    }
    return Object.fromEntries(entries.map(([each, deeper]) => [each, spelled(deeper)]));
  };

  const substitute = (text: string, own: Record<string, unknown>) =>
    text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, key: string) => {
      if (literal) return `\${${key}}`;
      return key in own ? String(spelled(own[key])) : name(key);
    });

  return spelled(value);
}

/** Logical id that a spelled reference begins with: `Bucket` of `${Bucket.Arn}`. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\$\{([A-Za-z0-9]+)[.}]/.exec(value)?.[1] : undefined;
}

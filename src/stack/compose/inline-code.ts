import type { Template } from './cfn-yaml.ts';

/** Most characters of inlined code ("AWS::Lambda::Function Code", CloudFormation's guide: 4 MB). */
const MOST = 4 * 1024 * 1024;

/** Puts the code of the functions where the template says `!Inline NAME`. */
export function inlineCode(template: Template, code: ReadonlyMap<string, string>): Template {
  return replaced(template, code) as Template;
}

function replaced(value: unknown, code: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, code));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Inline' in value) {
    const name = String(value['Fn::Inline']);
    const text = code.get(name);
    if (text === undefined) throw new Error(`the template inlines ${name}, and there is no such function`);
    if (text.length > MOST) throw new Error(`the code of ${name} is too large to be inlined`);
    return text;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, code)]));
}

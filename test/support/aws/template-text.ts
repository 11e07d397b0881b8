import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export interface Template {
  Resources: Record<string, { Type: string; [name: string]: Json }>;
  [section: string]: Json;
}

/** A CloudFormation template in YAML, with short tags such as `!Sub`, or in JSON; tags become `Fn::…`. */
export function parseTemplate(text: string): Template {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw error;
  return plain(document.contents) as Template;
}

function plain(node: unknown): Json {
  if (isAlias(node)) throw new Error('CloudFormation knows no aliases');
  const { tag } = (node ?? {}) as { tag?: string };
  const value = untagged(node);
  if (tag === undefined || !tag.startsWith('!')) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

function untagged(node: unknown): Json {
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [String((key as { value: unknown }).value), plain(value)]),
    );
  }
  if (isSeq(node)) return node.items.map(plain);
  if (isScalar(node)) return node.value instanceof Date ? String(node.source) : (node.value as Json);
  return null;
}

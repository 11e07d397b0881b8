import {
  type CollectionTag,
  Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parse,
  Scalar,
  type ScalarTag,
  type Tags,
  YAMLMap,
  YAMLSeq,
} from 'yaml';

/** A template as CloudFormation's JSON has it: functions are objects of one entry, such as `{"Fn::Sub": "…"}`. */
export interface Template {
  AWSTemplateFormatVersion?: string;
  Description?: string;
  Metadata?: Record<string, unknown>;
  Parameters?: Record<string, TemplateParameter>;
  Rules?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, unknown>;
}

export interface TemplateParameter {
  Type: string;
  Default?: string | number;
  [property: string]: unknown;
}

export interface TemplateResource {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  Metadata?: Record<string, unknown>;
  Properties?: Record<string, unknown>;
  [attribute: string]: unknown;
}

/** Functions with a short tag ("Intrinsic function reference", CloudFormation's guide), and our own for inlined code. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Inline',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

const BARE = ['Ref', 'Condition'];

/** Reads YAML with short tags. Throws the parser's error, with line and column. */
export function parseTemplate(text: string): Template {
  return parse(text, { customTags: [...BARE, ...FUNCTIONS].flatMap(tagsOf), logLevel: 'error' }) as Template;
}

/** Writes a template as YAML with short tags. @param comment stands above it */
export function printTemplate(template: Template, comment?: string): string {
  // Other parsers follow YAML 1.1, where an unquoted `on` is true and 2012-10-17 a date.
  const document = new Document(nodeOf(template), { compat: 'yaml-1.1' });
  if (comment !== undefined) document.commentBefore = comment.replace(/^(?=.)/gm, ' ');
  return document.toString({ lineWidth: 0 });
}

const longName = (name: string) => (BARE.includes(name) ? name : `Fn::${name}`);

function tagsOf(name: string): Tags {
  const tag = `!${name}`;
  const scalar: ScalarTag = {
    tag,
    resolve: (text) => ({ [longName(name)]: name === 'GetAtt' ? splitOnce(text) : text }),
  };
  const collection = (kind: 'seq' | 'map'): CollectionTag => ({
    tag,
    collection: kind,
    resolve: (node) => ({ [longName(name)]: plain(node) }) as never,
  });
  return [scalar, collection('seq'), collection('map')];
}

/** A node's value, with the functions inside of it resolved already. */
function plain(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) {
    return Object.fromEntries(node.items.map(({ key, value }) => [String(plain(key)), plain(value)]));
  }
  return node;
}

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

/** The node of a value. A function gets its short tag, except around a function that has one itself. */
function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) {
    const seq = new YAMLSeq();
    seq.items = value.map(nodeOf);
    return seq;
  }
  if (typeof value !== 'object' || value === null) return new Scalar(value);
  const called = functionOf(value);
  if (called !== undefined && functionOf(called.argument) === undefined) {
    const { name, argument } = called;
    const node = nodeOf(name === 'GetAtt' && Array.isArray(argument) ? argument.join('.') : argument);
    node.tag = `!${name}`;
    if (isSeq(node) && node.items.every(isScalar)) node.flow = true;
    return node;
  }
  const map = new YAMLMap();
  map.items = Object.entries(value).map(([key, inner]) => new Pair(new Scalar(key), nodeOf(inner)));
  return map;
}

function functionOf(value: unknown): { name: string; argument: unknown } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length !== 1) return undefined;
  const [key, argument] = entries[0]!;
  if (key === 'Ref') return { name: key, argument };
  const name = key.startsWith('Fn::') ? key.slice(4) : '';
  return FUNCTIONS.includes(name) ? { name, argument } : undefined;
}

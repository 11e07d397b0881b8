import fc from 'fast-check';

/** JSON Schema as far as the tools' schemas use it. */
export interface ArgumentSchema {
  type?: string;
  enum?: readonly unknown[];
  properties?: Record<string, ArgumentSchema>;
  required?: readonly string[];
  items?: ArgumentSchema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

export interface MadeArguments {
  kind: 'valid' | 'nearly valid' | 'hostile';
  args: unknown;
}

/** Values for an argument of this name that mean something to the server under test. */
export type Meaningful = Readonly<Record<string, readonly string[]>>;

/** Most characters of a made-up string that is not at a bound of its schema. */
const SHORT = 30;

/** Strings that programs have stumbled over. None of them is what an answer may never hold. */
const HOSTILE = [
  '../../../../etc/passwd',
  '..\\..\\x',
  '/etc/passwd',
  'a.txt\0.png',
  './.',
  '//',
  '.mcp-s3/summaries/x',
  '%2e%2e%2f',
  'a/\u0000',
  'é\ud800',
  '\udc00\ud800',
  '\u202egnp.exe',
  '\r\nx-injected: 1',
  '\u2028',
  '__proto__',
  'constructor',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what others would fill in.
  '${jndi:ldap://x}',
  '{{7*7}}',
  '"); DROP TABLE files; --',
  '<script>alert(1)</script>',
  '(a+)+$',
  '(?:a{1000}){1000}',
  '[',
  '(?<=x)y',
  '\\1',
  '\\pL{500}c$',
  '{a,{b,{c,{d',
  '{{{{{{{{',
  '**/'.repeat(60),
  '*'.repeat(250),
  '[!',
  '\\',
  Buffer.from('[1,"a.txt",-1]').toString('base64url'),
  Buffer.from('{"after":{}}').toString('base64url'),
  'x'.repeat(20_000),
  '𝕳'.repeat(700),
];
const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE),
  fc.constantFrom<unknown>(null, true, -1, 0, 1.5, 1e308, 2 ** 53, Number.MIN_SAFE_INTEGER, [], {}, [[]]),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.string({ unit: 'binary', maxLength: SHORT }),
);

/** Arguments for a tool: as its schema has them, with one thing wrong, or anything at all. */
export function toolArguments(schema: ArgumentSchema, meaningful: Meaningful): fc.Arbitrary<MadeArguments> {
  const valid = objectOf(schema, meaningful);
  const kind = (kind: MadeArguments['kind']) => (args: unknown) => ({ kind, args });
  return fc.oneof(
    { arbitrary: valid.map(kind('valid')), weight: 4 },
    { arbitrary: valid.chain((args) => changed(args, schema)).map(kind('nearly valid')), weight: 3 },
    { arbitrary: hostileObject(schema, valid).map(kind('hostile')), weight: 3 },
  );
}

type Members = Record<string, unknown>;

/** Half of them have one optional member at most: several often exclude each other. */
function objectOf({ properties = {}, required = [] }: ArgumentSchema, meaningful: Meaningful) {
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const chosen = fc.oneof(
    fc.subarray(optional, { maxLength: Math.min(1, optional.length) }),
    fc.subarray(optional),
  );
  return chosen.chain((more): fc.Arbitrary<Members> => {
    const names = [...required, ...more];
    return fc.record(
      Object.fromEntries(names.map((name) => [name, valueFor(name, properties[name]!, meaningful)])),
    );
  });
}

function valueFor(name: string, schema: ArgumentSchema, meaningful: Meaningful): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return stringOf(schema, meaningful[name] ?? []);
    case 'integer': {
      const [min, max] = [
        schema.minimum ?? Number.MIN_SAFE_INTEGER,
        schema.maximum ?? Number.MAX_SAFE_INTEGER,
      ];
      return fc.oneof(
        { arbitrary: fc.integer({ min, max: Math.min(max, min + 2) }), weight: 3 },
        fc.integer({ min, max }),
        fc.constantFrom(min, max),
      );
    }
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const bounds = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) };
      return fc.array(valueFor(name, schema.items!, meaningful), bounds);
    }
    default:
      throw new Error(`no arguments can be made for a schema of type ${schema.type}`);
  }
}

function stringOf({ minLength = 0, maxLength = SHORT }: ArgumentSchema, values: readonly string[]) {
  const bounds = { minLength, maxLength: Math.min(maxLength, SHORT) };
  const made = [
    fc.string({ unit: 'binary', ...bounds }),
    fc.string({ unit: fc.constantFrom(...'ab.*?/[]{}()|+-^$\\,! é日'), ...bounds }),
    fc.constantFrom('a'.repeat(Math.min(maxLength, 20_000)), ...HOSTILE).filter(({ length }) => {
      return length >= minLength && length <= maxLength;
    }),
  ];
  if (values.length === 0) return fc.oneof(...made);
  return fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 2 * made.length }, ...made);
}

/** The same with one member missing, of another type, out of its bounds, or unknown. */
function changed(args: Members, { properties = {}, required = [] }: ArgumentSchema): fc.Arbitrary<unknown> {
  const names = Object.keys(properties);
  return fc.oneof(
    fc.constantFrom(...required, names[0]!).map((name) => {
      const { [name]: _, ...rest } = args;
      return rest;
    }),
    fc.constantFrom(...names).chain((name) => {
      return outside(properties[name]!).map((value) => ({ ...args, [name]: value }));
    }),
    fc.constantFrom(...names).chain((name) => hostileValue.map((value) => ({ ...args, [name]: value }))),
    fc
      .constantFrom('extra', 'FILE_KEY', '', '_meta', names[0]!.slice(1))
      .map((name) => ({ ...args, [name]: 1 })),
  );
}

function outside({ type, minimum, maximum, maxLength, minLength, maxItems, items }: ArgumentSchema) {
  const values: unknown[] = [null, type === 'string' ? 5 : '5'];
  if (minimum !== undefined) values.push(minimum - 1, minimum + 0.5);
  if (maximum !== undefined) values.push(maximum + 1);
  if (maxLength !== undefined && maxLength < 90_000) values.push('a'.repeat(maxLength + 1));
  if ((minLength ?? 0) > 0) values.push('');
  if (maxItems !== undefined && items !== undefined) values.push([], Array(maxItems + 1).fill('a.txt'));
  return fc.constantFrom(...values);
}

/** Members that are anything, under known names and odd ones; or no object at all. */
function hostileObject(
  { properties = {} }: ArgumentSchema,
  valid: fc.Arbitrary<Members>,
): fc.Arbitrary<unknown> {
  const name = fc.oneof(
    { arbitrary: fc.constantFrom(...Object.keys(properties)), weight: 4 },
    fc.constantFrom('__proto__', 'constructor', 'toString', ''),
  );
  const members = fc.array(fc.tuple(name, hostileValue), { maxLength: 4 });
  return fc.oneof(
    // Own members, also `__proto__`.
    fc.tuple(valid, members).map(([args, odd]) => Object.fromEntries([...Object.entries(args), ...odd])),
    members.map((odd) => Object.fromEntries(odd)),
    hostileValue,
  );
}

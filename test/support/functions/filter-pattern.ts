/**
 * CloudWatch Logs' filter patterns for JSON lines, as far as our templates use them: comparisons of a field with a
 * number or a quoted string, in which `*` stands for anything, joined by && and ||, with parentheses (CloudWatch Logs User Guide, "Filter pattern syntax
 * for metric filters"). Anything else is refused, so that no pattern passes for what this does not know. A field that
 * is missing, or is of another type than the value, matches nothing: neither `=` nor `!=`.
 */
export interface FilterPattern {
  matches(line: string): boolean;
  /** Names of the fields it looks at. */
  fields: string[];
}

type Test = (line: Record<string, unknown>) => boolean;

const TOKEN = /\s*(?:(\$\.[\w.]+)|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|(&&|\|\||!=|>=|<=|[=<>(){}]))/y;

export function filterPattern(text: string): FilterPattern {
  const tokens = tokensOf(text);
  const fields = new Set<string>();
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`${text}: ${expected ?? 'more'} expected, not ${token ?? 'the end'}`);
    }
    return token;
  };
  const either = (): Test => {
    let test = both();
    while (tokens[at] === '||') {
      take();
      const [left, right] = [test, both()];
      test = (line) => left(line) || right(line);
    }
    return test;
  };
  const both = (): Test => {
    let test = one();
    while (tokens[at] === '&&') {
      take();
      const [left, right] = [test, one()];
      test = (line) => left(line) && right(line);
    }
    return test;
  };
  const one = (): Test => {
    if (tokens[at] === '(') {
      take();
      const test = either();
      take(')');
      return test;
    }
    const field = take();
    if (!field.startsWith('$.')) throw new Error(`${text}: a field expected, not ${field}`);
    fields.add(field.slice(2));
    return comparison(field.slice(2), take(), take());
  };
  take('{');
  const test = either();
  take('}');
  if (at !== tokens.length) throw new Error(`${text}: nothing expected after }`);
  return { fields: [...fields], matches: (line) => test(JSON.parse(line)) };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`${text}: not understood at ${JSON.stringify(text.slice(from))}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function comparison(field: string, operator: string, literal: string): Test {
  const value: unknown = JSON.parse(literal);
  if (typeof value === 'string') return textComparison(field, operator, value);
  const compare = COMPARISONS[operator];
  if (compare === undefined) throw new Error(`${operator} is no comparison`);
  return (line) => {
    const found = line[field];
    return typeof found === 'number' && compare(found, value as number);
  };
}

function textComparison(field: string, operator: string, value: string): Test {
  if (operator !== '=' && operator !== '!=') throw new Error(`${operator} is no comparison of texts`);
  const parts = value.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`, 's');
  return (line) => {
    const found = line[field];
    return typeof found === 'string' && whole.test(found) === (operator === '=');
  };
}

const COMPARISONS: Record<string, (found: number, value: number) => boolean> = {
  '=': (found, value) => found === value,
  '!=': (found, value) => found !== value,
  '>=': (found, value) => found >= value,
  '<=': (found, value) => found <= value,
  '>': (found, value) => found > value,
  '<': (found, value) => found < value,
};

import { ServiceError } from '../errors.ts';

/** Longest glob, UTF-16 units, and the most patterns that its braces may stand for. */
const MOST_CHARS = 256;
const MOST_BRANCHES = 64;

type Token =
  | { kind: 'char'; char: string }
  | { kind: 'one' }
  | { kind: 'set'; isNegated: boolean; ranges: [string, string][] }
  /** Any number of characters; `across` also slashes. */
  | { kind: 'many'; across: boolean }
  /** Nothing, or any folders with the slash behind them. */
  | { kind: 'folders' };

/**
 * Makes a test of keys from a glob, as shells and .gitignore have it. `*` and `?` stand for characters of one
 * segment, `**` also for slashes, `[a-z]` and `[!a-z]` for one character, `{a,b}` for either; a backslash takes the
 * next character as it is. A glob without a slash is for the file's name at any depth, another one for the whole
 * key. Upper and lower case differ.
 *
 * Takes time proportional to glob x key: nothing makes it hang. Throws `bad_request` for a glob that is none.
 */
export function compileGlob(glob: string): (key: string) => boolean {
  if (glob === '' || glob.length > MOST_CHARS) {
    throw badGlob(glob, `it must have 1 to ${MOST_CHARS} characters`);
  }
  const branches = expandBraces(glob, glob).map((branch) => tokens(branch, glob));
  const isName = !glob.includes('/');
  return (key) => {
    const subject = Array.from(isName ? key.slice(key.lastIndexOf('/') + 1) : key);
    return branches.some((branch) => matches(branch, subject));
  };
}

function expandBraces(pattern: string, glob: string): string[] {
  const open = unescaped(pattern, '{', 0);
  if (open === -1) return [pattern];
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (char === '{') depth++;
    else if (depth === 1 && (char === ',' || char === '}')) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
      if (char === '}') {
        const rest = pattern.slice(at + 1);
        const expanded: string[] = [];
        for (const part of parts) {
          expanded.push(...expandBraces(pattern.slice(0, open) + part + rest, glob));
          if (expanded.length > MOST_BRANCHES) throw badGlob(glob, 'its braces stand for too many patterns');
        }
        return expanded;
      }
    } else if (char === '}') depth--;
  }
  throw badGlob(glob, 'a { has no }; write \\{ for the character');
}

function unescaped(text: string, char: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === char) return at;
  }
  return -1;
}

function tokens(pattern: string, glob: string): Token[] {
  const chars = Array.from(pattern);
  const found: Token[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const startsSegment = at === 0 || chars[at - 1] === '/';
    if (char === '\\') {
      if (at + 1 === chars.length) throw badGlob(glob, 'nothing follows the \\ at its end');
      found.push({ kind: 'char', char: chars[++at]! });
    } else if (char === '*' && chars[at + 1] === '*') {
      while (chars[at + 1] === '*') at++;
      const isFolders = startsSegment && chars[at + 1] === '/';
      if (isFolders) at++;
      found.push(isFolders ? { kind: 'folders' } : { kind: 'many', across: true });
    } else if (char === '*') found.push({ kind: 'many', across: false });
    else if (char === '?') found.push({ kind: 'one' });
    else if (char === '[') at = set(chars, at, found, glob);
    else found.push({ kind: 'char', char });
  }
  return found;
}

function set(chars: readonly string[], open: number, found: Token[], glob: string): number {
  let at = open + 1;
  const isNegated = chars[at] === '!' || chars[at] === '^';
  if (isNegated) at++;
  const ranges: [string, string][] = [];
  for (let first = true; first || chars[at] !== ']'; first = false) {
    if (chars[at] === '\\') at++;
    const low = chars[at++];
    if (low === undefined) throw badGlob(glob, 'a [ has no ]; write \\[ for the character');
    if (chars[at] === '-' && chars[at + 1] !== ']' && chars[at + 1] !== undefined) {
      ranges.push([low, chars[at + 1]!]);
      at += 2;
    } else ranges.push([low, low]);
  }
  found.push({ kind: 'set', isNegated, ranges });
  return at;
}

/** Follows all ways at once: which tokens may come next. */
function matches(branch: readonly Token[], subject: readonly string[]): boolean {
  let states = withSkips(branch, new Set([0]));
  for (const [index, char] of subject.entries()) {
    const next = new Set<number>();
    for (const state of states) {
      const token = branch[state];
      if (token === undefined) continue;
      if (token.kind === 'many') {
        if (token.across || char !== '/') next.add(state);
      } else if (token.kind === 'folders') {
        next.add(state);
      } else if (takes(token, char)) next.add(state + 1);
    }
    states = withSkips(branch, next, char === '/' ? undefined : index);
    if (states.size === 0) return false;
  }
  return states.has(branch.length);
}

/** @param inside set where a segment is under way: folders end at a slash only */
function withSkips(branch: readonly Token[], states: Set<number>, inside?: number): Set<number> {
  for (const state of states) {
    const token = branch[state];
    if (token?.kind === 'many') states.add(state + 1);
    if (token?.kind === 'folders' && inside === undefined) states.add(state + 1);
  }
  return states;
}

function takes(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  if (char === '/') return false;
  if (token.kind === 'one') return true;
  if (token.kind !== 'set') return false;
  const code = char.codePointAt(0)!;
  const isIn = token.ranges.some(
    ([low, high]) => low.codePointAt(0)! <= code && code <= high.codePointAt(0)!,
  );
  return isIn !== token.isNegated;
}

function badGlob(glob: string, why: string): ServiceError {
  return new ServiceError('bad_request', `the glob ${JSON.stringify(glob)} cannot be used: ${why}`);
}

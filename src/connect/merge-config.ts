import { isDeepStrictEqual } from 'node:util';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { usageError } from '../errors.ts';
import { insertLast, type JsonStyle, replaceValue, styleOf } from './json-edit.ts';

/** A value and where it goes. */
export interface Setting {
  path: string[];
  value: unknown;
  /** The value goes into the array at `path`, unless one with its `id` is there. */
  append?: true;
}

/**
 * Puts the settings into a configuration file's text and leaves all else as it is: comments, order, indentation.
 * Returns the text unchanged where everything is there already. Throws a usage error (exit 2) for a text that is no
 * JSON, with comments or without, or whose members are of another kind.
 */
export function mergeConfig(text: string | undefined, settings: Setting[], file: string): string {
  const bom = text?.startsWith('\ufeff') ? '\ufeff' : '';
  const before = text?.slice(bom.length) ?? '';
  let current = before.trim() === '' ? '{}\n' : before;
  check(current, file);
  const style = styleOf(current);
  for (const { path, value, append } of settings) {
    const root = parseTree(current, [], PARSING)!;
    requireKinds(root, path, append === true, file);
    const found = findNodeAtLocation(root, path);
    if (append && found !== undefined) {
      if (found.children?.some((each) => idOf(each) === (value as { id: string }).id)) continue;
      current = insertLast(current, found, undefined, value, style);
    } else if (found === undefined) {
      current = insertMissing(current, root, path, append ? [value] : value, style);
    } else if (!isDeepStrictEqual(plainValue(found), value)) {
      current = replaceValue(current, found, value, style);
    }
  }
  check(current, file);
  return bom + current;
}

/** Adds the first member on the way that is missing, with all that belongs below it. */
function insertMissing(text: string, root: Node, path: string[], value: unknown, style: JsonStyle): string {
  let depth = path.length - 1;
  while (findNodeAtLocation(root, path.slice(0, depth)) === undefined) depth--;
  const container = findNodeAtLocation(root, path.slice(0, depth))!;
  const below = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return insertLast(text, container, path[depth]!, below, style);
}

const PARSING = { allowTrailingComma: true, disallowComments: false };

function check(text: string, file: string): void {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, PARSING);
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw invalid(file, `line ${line} is no JSON (${printParseErrorCode(first.error)})`);
  }
  if (root?.type !== 'object') throw invalid(file, 'it holds no JSON object');
}

/** Every member on the way must be an object, and what is appended to an array. */
function requireKinds(root: Node, path: string[], append: boolean, file: string): void {
  for (let depth = 1; depth <= path.length; depth++) {
    const node = findNodeAtLocation(root, path.slice(0, depth));
    const last = depth === path.length;
    const wanted = last ? (append ? 'array' : undefined) : 'object';
    if (node !== undefined && wanted !== undefined && node.type !== wanted) {
      throw invalid(file, `"${path.slice(0, depth).join('.')}" is no ${wanted}`);
    }
  }
}

function invalid(file: string, why: string) {
  return usageError(
    `cannot add to ${file}: ${why}`,
    ['nothing was changed: repair the file, or move it away and a new one is made'],
    'invalid_file',
  );
}

/** The library's objects have no prototype. */
function plainValue(node: Node): unknown {
  return structuredClone(getNodeValue(node));
}

function idOf(node: Node): unknown {
  const value = getNodeValue(node);
  return typeof value === 'object' && value !== null ? value.id : undefined;
}

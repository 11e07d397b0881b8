import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** The file that imports, relative to the repository, with forward slashes. */
  from: string;
  /** A file relative to the repository, or the specifier as it stands for packages. */
  to: string;
  /** `import type` and `export type`: gone before the code runs. */
  typeOnly: boolean;
  /** `import()`: loaded when the line runs. */
  lazy: boolean;
}

const COMMENT_OR_STRING =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const STATIC = /^[ \t]*(?:import|export)\b([^;'"`]*?\bfrom\s*)?\s*(['"])([^'"\n]+)\2/gm;
const LAZY = /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g;

/** The imports that stand in a TypeScript source. A comment or string that reads like one is none. */
export function importsOf(from: string, source: string): Import[] {
  const code = source.replace(COMMENT_OR_STRING, (token) => {
    if (token.startsWith('/')) return ' ';
    return token.startsWith('`') ? '``' : token;
  });
  const found: Import[] = [];
  for (const [, clause = '', , specifier] of code.matchAll(STATIC)) {
    found.push({
      from,
      to: resolve(from, specifier!),
      typeOnly: /^\s*type\b(?!\s*from)/.test(clause),
      lazy: false,
    });
  }
  for (const [, , specifier] of code.matchAll(LAZY)) {
    found.push({ from, to: resolve(from, specifier!), typeOnly: false, lazy: true });
  }
  return found;
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : specifier;
}

/** All files below the folders, relative to the repository, with forward slashes, in order. */
export function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) => {
    let names: string[];
    try {
      names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return names.map((name) => `${folder}/${name.split(path.sep).join('/')}`).sort();
  });
}

export function readSource(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Chains of files that import each other in a circle while they load, each once: `a -> b -> a`. */
export function cycles(imports: Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly, lazy } of imports) {
    if (!typeOnly && !lazy) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      found.push([...trail.slice(start), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

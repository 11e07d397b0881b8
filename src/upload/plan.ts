import { once } from 'node:events';
import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type CliError, failed, systemReason, usageError } from '../errors.ts';
import type { PlannedFile } from './upload-all.ts';

/** Pieces that files are read in, bytes: large enough that hashing and writing overlap well. */
const READ_BYTES = 512 * 1024;
/** Bytes up to which a file is read at once, and without the thread pool, whose every step costs more than all of it. */
const SMALL_BYTES = 64 * 1024;

export interface PlanOptions {
  cwd: string;
  stdin: Readable & { isTTY?: boolean };
  prefix?: string;
  key?: string;
}

/**
 * Finds the files that the arguments name and decides their keys, before anything is uploaded. Throws for the
 * first argument that names nothing, for one that cannot be read and for two files that would get one key.
 */
export async function planUpload(words: string[], options: PlanOptions): Promise<PlannedFile[]> {
  const { prefix = '', key } = options;
  const planned = new Map<string, { source: string; file: PlannedFile }>();
  for (const word of words) {
    for (const { name, path } of await expand(word, options)) {
      const fileKey = key ?? prefix + name;
      const source = path ?? 'standard input';
      const other = planned.get(fileKey);
      if (other?.source === source) continue;
      if (other !== undefined) throw sameKey(fileKey, other.source, source, key !== undefined);
      const file = path === undefined ? standardInput(fileKey, options.stdin) : await diskFile(fileKey, path);
      planned.set(fileKey, { source, file });
    }
  }
  return [...planned.values()].map(({ file }) => file);
}

function sameKey(key: string, first: string, second: string, named: boolean): CliError {
  if (named) return usageError(`--key names one file, but there are several: ${first} and ${second}`);
  return usageError(`${first} and ${second} would both get the key ${JSON.stringify(key)}`, [
    'upload the folder that holds both, or one at a time with --key or --prefix',
  ]);
}

interface Expanded {
  /** Key without the prefix, with `/` on every system. */
  name: string;
  /** Absolute path; undefined for standard input. */
  path?: string;
}

async function expand(word: string, { cwd, stdin, key }: PlanOptions): Promise<Expanded[]> {
  // A variable that is not set, and never the whole working folder.
  if (word === '') throw usageError('the name of a file is empty');
  if (word === '-') {
    if (key === undefined) throw usageError('standard input has no name: say which key it gets with --key');
    if (stdin.isTTY)
      throw usageError('nothing is piped into standard input', [
        'for example: date | mcp-s3 upload - --key now.txt',
      ]);
    return [{ name: key }];
  }
  const path = resolve(cwd, word);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (isStats(found)) return found.isDirectory() ? inFolder(path) : [{ name: basename(path), path }];
  if (found.code === 'ENOENT' && isDynamicPattern(word)) {
    const matched = await inGlob(word, cwd);
    if (matched.length > 0) return matched;
    throw failed('no_such_file', `no file matches ${word}`);
  }
  throw failed('no_such_file', `cannot read ${word}: ${systemReason(found) ?? found.message}`);
}

/** Files below a folder, under the folder's own name. Hidden ones and links are left out. */
async function inFolder(folder: string): Promise<Expanded[]> {
  const names = await glob('**/*', {
    cwd: folder,
    dot: false,
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  return names
    .sort(byteOrder)
    .map((name) => ({ name: `${basename(folder)}/${name}`, path: join(folder, name) }));
}

/** Files of a glob, under their paths below its fixed part: `notes/**\/*.md` gives `a/b.md` for `notes/a/b.md`. */
async function inGlob(pattern: string, cwd: string): Promise<Expanded[]> {
  const parts = pattern.split(sep === '\\' ? /[\\/]/ : '/');
  const fixed = parts
    .slice(
      0,
      parts.findIndex((part) => isDynamicPattern(part)),
    )
    .join('/');
  const base = resolve(cwd, pattern.startsWith('/') ? `/${fixed}` : fixed);
  const rest = parts.slice(fixed === '' ? 0 : fixed.split('/').length).join('/');
  const names = await glob(rest, {
    cwd: base,
    dot: false,
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  return names.sort(byteOrder).map((name) => ({ name, path: join(base, name) }));
}

async function diskFile(key: string, path: string): Promise<PlannedFile> {
  const found = await stat(path);
  if (found.isCharacterDevice() || found.isBlockDevice() || found.isSocket()) throw notAFile(path);
  if (found.isFIFO()) return { key, size: undefined, open: async () => ({ body: await openStream(path) }) };
  const { size } = found;
  return {
    key,
    size,
    open: async () => ({ body: size <= SMALL_BYTES ? readSmall(path) : await openStream(path), size }),
  };
}

/** A device may have no end. */
function notAFile(path: string): CliError {
  return failed('unreadable', `cannot upload ${path}: it is a device or a socket, and no file`, [
    'pipe what it holds: head -c 1000 FILE | mcp-s3 upload - --key NAME',
  ]);
}

async function openStream(path: string): Promise<Readable> {
  const body = createReadStream(path, { highWaterMark: READ_BYTES });
  await once(body, 'open').catch((error) => {
    throw unreadable(path, error);
  });
  return body;
}

function readSmall(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): CliError {
  return failed('unreadable', `cannot read ${path}: ${systemReason(error) ?? error.message}`);
}

function standardInput(key: string, stdin: Readable): PlannedFile {
  return { key, size: undefined, open: async () => ({ body: stdin }) };
}

function isStats(value: Stats | NodeJS.ErrnoException): value is Stats {
  return 'isDirectory' in value;
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

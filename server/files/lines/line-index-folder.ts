import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { TextEncoding } from '../text/encoding.ts';
import type { LineIndexRecord } from './line-index.ts';

/** Files of which the index is kept; beyond, the oldest tenth goes. One has at most some 150 KB. */
const MAX_FILES = 1000;
/** Changes whenever indexes of before would be wrong. */
const VERSION = 1;

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const satisfies TextEncoding[];
const numbers = z.array(z.int().min(0)).refine((list) => list.every((n, i) => i === 0 || n > list[i - 1]!));
const schema = z
  .object({
    version: z.literal(VERSION),
    key: z.string(),
    etag: z.string(),
    encoding: z.enum(encodings).optional(),
    totalLines: z.int().min(0).optional(),
    step: z.int().min(1),
    lines: numbers,
    offsets: numbers,
  })
  .refine(({ lines, offsets }) => lines.length === offsets.length);

/** Indexes of lines as files of a folder that only its owner can read, one for each key: the last version's. */
export class LineIndexFolder {
  readonly #folder: string;
  readonly #maxFiles: number;

  constructor(folder: string, maxFiles = MAX_FILES) {
    this.#folder = folder;
    this.#maxFiles = maxFiles;
  }

  /** Undefined without one, and for a damaged one: it is learned anew. Throws the system's errors. */
  async read(key: string): Promise<LineIndexRecord | undefined> {
    let json: unknown;
    try {
      json = JSON.parse(await readFile(this.#file(key), 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
        return undefined;
      throw error;
    }
    const parsed = schema.safeParse(json);
    return parsed.success && parsed.data.key === key ? parsed.data : undefined;
  }

  /** Writes beside and renames, so that a half-written one is never read. Throws the system's errors. */
  async write(key: string, record: LineIndexRecord): Promise<void> {
    const file = this.#file(key);
    const temporary = `${file}.${randomUUID()}.tmp`;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, JSON.stringify({ version: VERSION, key, ...record }), { mode: 0o600 });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#prune();
  }

  #file(key: string): string {
    return path.join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  async #prune(): Promise<void> {
    const names = await readdir(this.#folder);
    if (names.length <= this.#maxFiles) return;
    const aged = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.#folder, name);
        return { file, modified: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
    );
    aged.sort((a, b) => a.modified - b.modified);
    const excess = names.length - Math.floor(this.#maxFiles * 0.9);
    for (const { file } of aged.slice(0, excess)) await rm(file, { force: true });
  }
}

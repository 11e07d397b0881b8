import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentTypeOf } from '../content-type.ts';
import { openForReading } from './directory.ts';
import type { OwnFolder } from './own-folder.ts';
import { OWN_FOLDER, overlayName } from './place.ts';
import { isMissing } from './storage-error.ts';

/** What a put said of a file that its name does not tell. */
export interface Metadata {
  contentType?: string;
  contentEncoding?: string;
}

/**
 * Content types and encodings, `.mcp-s3/metadata/<sha256 of the key>`. Each is bound to the etag of its version,
 * so that a file edited by other means is not taken for gzip. Old and new stand side by side during a put.
 */
export class MetadataFiles {
  readonly #root: string;
  readonly #own: OwnFolder;

  constructor(root: string, own: OwnFolder) {
    this.#root = root;
    this.#own = own;
  }

  async of(key: string, etag: string): Promise<Metadata> {
    const type = contentTypeOf(key);
    return { ...(type !== undefined && { contentType: type }), ...(await this.#read(key))[etag] };
  }

  /** Notes what was said of a version before it becomes visible. Returns whether there was anything to note. */
  async add(key: string, etag: string, said: Metadata, current: string | undefined): Promise<boolean> {
    const metadata: Metadata = {};
    if (said.contentType !== undefined && said.contentType !== contentTypeOf(key)) {
      metadata.contentType = said.contentType;
    }
    if (said.contentEncoding !== undefined) metadata.contentEncoding = said.contentEncoding;
    if (Object.keys(metadata).length === 0) return false;
    const old = await this.#read(key);
    const kept = current !== undefined && old[current] ? { [current]: old[current] } : {};
    await this.#own.within('metadata', async (directory) => {
      const draft = join(directory.path, `${overlayName(key)}.${randomBytes(6).toString('hex')}`);
      await writeFile(draft, JSON.stringify({ ...kept, [etag]: metadata }), { flag: 'wx' });
      await rename(draft, join(directory.path, overlayName(key)));
    });
    return true;
  }

  async remove(key: string): Promise<void> {
    await this.#own.ifPresent('metadata', async (directory) => {
      await unlink(join(directory.path, overlayName(key))).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    });
  }

  async #read(key: string): Promise<Record<string, Metadata>> {
    const folder = join(this.#root, OWN_FOLDER, 'metadata');
    // Most buckets and most files have none, and a failing open costs more than the look.
    if (!existsSync(folder)) return {};
    const path = join(folder, overlayName(key));
    if (!existsSync(path)) return {};
    let file: Awaited<ReturnType<typeof openForReading>>;
    try {
      file = await openForReading(path);
    } catch (error) {
      if (isMissing(error)) return {};
      throw error;
    }
    try {
      return JSON.parse(await readFile(file, 'utf8'));
    } catch {
      // Damaged by a hand or a disk: the file itself is whole, only what was said of it is lost.
      return {};
    } finally {
      await file.close();
    }
  }
}

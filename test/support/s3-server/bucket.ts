import { createHash, randomUUID } from 'node:crypto';
import { S3Fault } from './errors.ts';
import { parseParts } from './xml.ts';

export interface StoredObject {
  key: string;
  bytes: Buffer;
  etag: string;
  lastModified: Date;
  /** Headers that come back with the object. */
  headers: Record<string, string>;
}

export interface Conditions {
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
}

interface OpenUpload {
  key: string;
  headers: Record<string, string>;
  parts: Map<number, { bytes: Buffer; etag: string }>;
}

/** Smallest part that is not the last (S3 user guide, "Multipart upload limits"). */
const MIN_PART = 5 * 1024 * 1024;

/** The objects of one bucket, in memory. */
export class Bucket {
  readonly #objects = new Map<string, StoredObject>();
  /** Tags by key, for a test to set. */
  readonly tags = new Map<string, Record<string, string>>();
  readonly #uploads = new Map<string, OpenUpload>();

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Keys in UTF-8 byte order. */
  keys(): string[] {
    return [...this.#objects.keys()]
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
  }

  put(
    key: string,
    bytes: Buffer,
    headers: Record<string, string>,
    conditions: Conditions,
    etag?: string,
  ): StoredObject {
    const current = this.#objects.get(key);
    if (conditions.ifNoneMatch === '*' && current) throw new S3Fault(412, 'PreconditionFailed');
    if (conditions.ifMatch !== undefined) {
      if (!current) throw new S3Fault(404, 'NoSuchKey', 'The specified key does not exist.');
      if (current.etag !== conditions.ifMatch) throw new S3Fault(412, 'PreconditionFailed');
    }
    const object = { key, bytes, headers, etag: etag ?? `"${md5(bytes)}"`, lastModified: new Date() };
    this.#objects.set(key, object);
    return object;
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }

  createUpload(key: string, headers: Record<string, string>): string {
    const id = randomUUID();
    this.#uploads.set(id, { key, headers, parts: new Map() });
    return id;
  }

  putPart(id: string, number: number, bytes: Buffer): string {
    const etag = `"${md5(bytes)}"`;
    this.#upload(id).parts.set(number, { bytes, etag });
    return etag;
  }

  completeUpload(id: string, xml: string, conditions: Conditions): StoredObject {
    const upload = this.#upload(id);
    const listed = parseParts(xml);
    if (listed.length === 0) throw new S3Fault(400, 'MalformedXML');
    const parts = listed.map(({ number, etag }, index) => {
      const part = upload.parts.get(number);
      if (!part || part.etag !== etag) throw new S3Fault(400, 'InvalidPart');
      if (index > 0 && number <= listed[index - 1]!.number) throw new S3Fault(400, 'InvalidPartOrder');
      if (index < listed.length - 1 && part.bytes.length < MIN_PART) throw new S3Fault(400, 'EntityTooSmall');
      return part;
    });
    const digest = createHash('md5');
    for (const part of parts) digest.update(Buffer.from(part.etag.slice(1, -1), 'hex'));
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    const etag = `"${digest.digest('hex')}-${parts.length}"`;
    const object = this.put(upload.key, bytes, upload.headers, conditions, etag);
    this.#uploads.delete(id);
    return object;
  }

  abortUpload(id: string): void {
    this.#upload(id);
    this.#uploads.delete(id);
  }

  uploads(): { id: string; key: string; parts: number }[] {
    return [...this.#uploads].map(([id, upload]) => ({ id, key: upload.key, parts: upload.parts.size }));
  }

  #upload(id: string): OpenUpload {
    const upload = this.#uploads.get(id);
    if (!upload) throw new S3Fault(404, 'NoSuchUpload');
    return upload;
  }
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

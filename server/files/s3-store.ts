import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { noSuchFile, ServiceError } from '../errors.ts';
import { RESERVED_PREFIX } from '../names.ts';
import { proxiedHandler } from '../outbound/proxied-handler.ts';
import { quietLogger } from '../outbound/quiet-logger.ts';
import { closingBody } from './body-chunks.ts';
import { checkKey, checkWritable, isReserved } from './key.ts';
import { expectOwner } from './s3/bucket-owner.ts';
import { type S3Attempt, s3Error } from './s3/errors.ts';
import { listObjects } from './s3/list-objects.ts';
import { objectBody } from './s3/object-body.ts';
import { PartBuffers } from './s3/part-buffers.ts';
import { putObject } from './s3/put-object.ts';
import { PART_BYTES } from './s3/put-parts.ts';
import { leaveContentUnsigned } from './s3/unsigned-content.ts';
import type {
  FileBody,
  FileHead,
  FileStore,
  ListPage,
  ListRequest,
  PutOptions,
  PutResult,
  ReadOptions,
} from './store.ts';

export interface S3StoreOptions {
  bucket: string;
  /** As the AWS SDK finds it when absent: `AWS_REGION`, then the profile's. */
  region?: string;
  /** AWS profile, instead of the SDK's own search for credentials. */
  profile?: string;
  /** Account that the bucket must belong to, twelve digits. Default: any. */
  owner?: string;
  /** Another server than AWS's: its URL, and usually `forcePathStyle`. */
  endpoint?: string;
  /** The bucket in the path (`http://host/bucket/key`), as most other servers need it. */
  forcePathStyle?: boolean;
  /** Default: as the AWS SDK finds them. */
  credentials?: NonNullable<S3ClientConfig['credentials']>;
  /** Sends requests where a caller has a way out of its own. */
  requestHandler?: NonNullable<S3ClientConfig['requestHandler']>;
  /** Names the proxy to go through, if any. Default: the process's. */
  env?: NodeJS.ProcessEnv;
}

export interface S3Store extends FileStore {
  /**
   * The same bucket below `.mcp-s3/` and nothing else, for our own summaries. Never hand it to what serves
   * requests. Keys are whole keys, as in `SUMMARIES_PREFIX`.
   */
  readonly reserved: FileStore;
  /** Closes idle connections. */
  close(): void;
}

/** A bucket in S3, or in a server that speaks its protocol. Nothing is asked of it before the first call. */
export function createS3Store(options: S3StoreOptions): S3Store {
  const { bucket, owner, env = process.env, ...connection } = options;
  const client = new S3Client({
    requestHandler: proxiedHandler(env, PROXIED) ?? DIRECT,
    ...connection,
    ...(options.profile === undefined ? {} : { logger: quietLogger }),
    ...regionOf(options, env),
  });
  leaveContentUnsigned(client);
  if (owner !== undefined) expectOwner(client, owner);
  const buffers = new PartBuffers(PARTS_AT_ONCE * PART_BYTES);
  return Object.assign(new S3Files(client, bucket, buffers, false), {
    reserved: new S3Files(client, bucket, buffers, true),
    close: () => client.destroy(),
  });
}

/** Connections at once: reads that are streamed to slow clients hold theirs. */
const CONNECTIONS = 256;
/** Milliseconds for a connection, and without a sign of life on one. */
const CONNECT_TIME = 5_000;
const SILENCE = 60_000;

const AGENT = { keepAlive: true, maxSockets: CONNECTIONS };
const DIRECT = {
  connectionTimeout: CONNECT_TIME,
  socketTimeout: SILENCE,
  httpAgent: AGENT,
  httpsAgent: AGENT,
};
const PROXIED = {
  connections: CONNECTIONS,
  connectTimeout: CONNECT_TIME,
  headersTimeout: SILENCE,
  bodyTimeout: SILENCE,
};

/** Region for a bucket of which nothing is known: other S3 servers take any. */
const ANY_REGION = 'us-east-1';

function regionOf({ region, endpoint }: S3StoreOptions, env: NodeJS.ProcessEnv): { region?: string } {
  const elsewhere = endpoint || env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  const known = region || env.AWS_REGION || env.AWS_DEFAULT_REGION || (elsewhere && ANY_REGION);
  // Else the SDK looks into the profile.
  return known ? { region: known } : {};
}

/** Of all uploads together. */
const PARTS_AT_ONCE = 6;

class S3Files implements FileStore {
  readonly bucket: string;
  readonly #client: S3Client;
  readonly #buffers: PartBuffers;
  readonly #reserved: boolean;

  constructor(client: S3Client, bucket: string, buffers: PartBuffers, reserved: boolean) {
    this.#client = client;
    this.bucket = bucket;
    this.#buffers = buffers;
    this.#reserved = reserved;
  }

  async list(request: ListRequest = {}): Promise<ListPage> {
    request.signal?.throwIfAborted();
    if (!this.#reserved) {
      if (isReserved(request.prefix ?? '')) return { files: [], prefixes: [] };
      return listObjects(this.#client, this.bucket, request, false);
    }
    const { prefix = RESERVED_PREFIX } = request;
    if (!isReserved(prefix)) return { files: [], prefixes: [] };
    return listObjects(this.#client, this.bucket, { ...request, prefix }, true);
  }

  async head(key: string, options: { signal?: AbortSignal } = {}): Promise<FileHead> {
    this.#checkVisible(key);
    const command = new HeadObjectCommand({ Bucket: this.bucket, Key: key });
    const output = await this.#try({ verb: 'look at', key }, options.signal, (sent) =>
      this.#client.send(command, sent),
    );
    return headOf(key, output, output.ContentLength ?? 0);
  }

  async tags(key: string, options: { signal?: AbortSignal } = {}): Promise<Record<string, string>> {
    this.#checkVisible(key);
    const command = new GetObjectTaggingCommand({ Bucket: this.bucket, Key: key });
    const { TagSet = [] } = await this.#try({ verb: 'read the tags of', key }, options.signal, (sent) =>
      this.#client.send(command, sent),
    );
    return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  }

  async read(key: string, options: ReadOptions = {}): Promise<FileBody> {
    this.#checkVisible(key);
    const { range, ifMatch, signal } = options;
    const output = await this.#get(key, range, ifMatch, signal);
    const length = output.ContentLength ?? 0;
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(output.ContentRange ?? '') ?? [];
    const start = first === undefined ? 0 : Number(first);
    const end = start + length - 1;
    const head = headOf(key, output, total === undefined ? length : Number(total));
    const resume = async (from: number) =>
      (await this.#get(key, { start: from, end }, head.etag, signal)).Body as Readable;
    return {
      head,
      start,
      end,
      body: objectBody({ key, start, end, first: output.Body as Readable, resume, signal }),
    };
  }

  async put(key: string, body: Readable | Uint8Array, options: PutOptions = {}): Promise<PutResult> {
    return closingBody(body, async () => {
      this.#checkWritable(key);
      const target = { client: this.#client, buffers: this.#buffers, bucket: this.bucket, key };
      return putObject(target, body, options);
    });
  }

  async delete(key: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#checkWritable(key);
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key });
    await this.#try({ verb: 'delete', key }, options.signal, (sent) => this.#client.send(command, sent));
  }

  async #get(key: string, range: ReadOptions['range'], ifMatch: string | undefined, signal?: AbortSignal) {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Range: range && `bytes=${range.start}-${range.end ?? ''}`,
      IfMatch: ifMatch,
    });
    return this.#try({ verb: 'read', key, ifMatch, rangeStart: range?.start }, signal, (sent) =>
      this.#client.send(command, sent),
    );
  }

  async #try<T>(
    attempt: S3Attempt,
    signal: AbortSignal | undefined,
    work: (sent: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work(signal ? { abortSignal: signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Error(error, attempt);
    }
  }

  #checkVisible(key: string): void {
    checkKey(key);
    if (isReserved(key) !== this.#reserved) throw noSuchFile(key);
  }

  #checkWritable(key: string): void {
    if (this.#reserved) {
      checkKey(key);
      if (isReserved(key)) return;
      throw new ServiceError('bad_request', `${JSON.stringify(key)} is not below ${RESERVED_PREFIX}`);
    }
    checkWritable(key);
  }
}

interface ObjectFields {
  ETag?: string | undefined;
  LastModified?: Date | undefined;
  ContentType?: string | undefined;
  ContentEncoding?: string | undefined;
}

function headOf(key: string, fields: ObjectFields, size: number): FileHead {
  return {
    key,
    size,
    lastModified: fields.LastModified ?? new Date(0),
    etag: fields.ETag ?? '',
    ...(fields.ContentType !== undefined && { contentType: fields.ContentType }),
    ...(fields.ContentEncoding !== undefined && { contentEncoding: fields.ContentEncoding }),
  };
}

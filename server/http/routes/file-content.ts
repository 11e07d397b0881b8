import type { Request, Response } from 'express';
import { ServiceError } from '../../errors.ts';
import type { FileBody, FileHead, FileStore } from '../../files/store.ts';
import { onOneVersion } from '../../files/text/document.ts';
import { withNearKeys } from '../../near-keys.ts';
import { contextOf } from '../request-context.ts';
import { sendBody } from '../send-body.ts';
import { setFileHeaders, setValidators } from './file-headers.ts';
import { type ByteRange, checkConditions, parseRange, rangeApplies } from './file-range.ts';

/** A client that takes nothing for this long (milliseconds) is given up, so that it does not hold a file open. */
const STALLED_CLIENT_MS = 120_000;

export interface FileRequest {
  store: FileStore;
  key: string;
  signal: AbortSignal;
}

/** What a request comes to once its conditions were held against the file. */
type Verdict =
  | { send: FileBody; range?: ByteRange }
  | { headOnly: FileHead }
  | { notModified: FileHead }
  | { failed: true }
  | { unsatisfiable: FileHead };

/** Streams a file as it is, whole or one byte range of it (RFC 9110, 13 and 14). */
export async function sendFile(request: Request, response: Response, wanted: FileRequest): Promise<void> {
  const verdict = await judge(request, wanted);
  if ('send' in verdict) {
    const { send, range } = verdict;
    setFileHeaders(response, send.head);
    if (range !== undefined) {
      response.setHeader('content-range', `bytes ${range.start}-${range.end}/${send.head.size}`);
    }
    await stream(response, range === undefined ? 200 : 206, send);
  } else if ('headOnly' in verdict) {
    setFileHeaders(response, verdict.headOnly);
    response.setHeader('content-length', verdict.headOnly.size);
    response.writeHead(200).end();
  } else if ('notModified' in verdict) {
    setValidators(response, verdict.notModified);
    response.writeHead(304).end();
  } else if ('unsatisfiable' in verdict) {
    const { size } = verdict.unsatisfiable;
    response.setHeader('content-range', `bytes */${size}`);
    const message = `the file has ${size} bytes: the range is behind its end`;
    throw new ServiceError('range_not_satisfiable', message);
  } else {
    throw new ServiceError('precondition_failed', 'the file has another etag than the one asked for');
  }
}

async function judge(request: Request, { store, key, signal }: FileRequest): Promise<Verdict> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-range': ifRange, range } = request.headers;
  const isGet = request.method === 'GET';
  try {
    // Without conditions one call does: the body brings its own head.
    if (isGet && ifMatch === undefined && ifNoneMatch === undefined && range === undefined) {
      return { send: await store.read(key, { signal }) };
    }
    // Replaced between head and read, the file is judged again.
    return await onOneVersion<Verdict>(key, async () => {
      const head = await store.head(key, { signal });
      const outcome = checkConditions({ ifMatch, ifNoneMatch }, head);
      if (outcome === 'failed') return { failed: true };
      if (outcome === 'not_modified') return { notModified: head };
      if (!isGet) return { headOnly: head };
      const part = rangeApplies(single(ifRange), head) ? parseRange(range, head.size) : undefined;
      if (part === 'unsatisfiable') return { unsatisfiable: head };
      const options = { signal, ifMatch: head.etag };
      if (part === undefined) return { send: await store.read(key, options) };
      return { send: await store.read(key, { ...options, range: part }), range: part };
    });
  } catch (error) {
    throw await withNearKeys(store, key, error);
  }
}

async function stream(response: Response, status: number, file: FileBody): Promise<void> {
  response.setHeader('content-length', file.end - file.start + 1);
  response.statusCode = status;
  response.setTimeout(STALLED_CLIENT_MS, () => response.destroy());
  try {
    const context = contextOf(response);
    context.bodyAt = context.now();
    await sendBody(file, response);
  } catch (error) {
    // A client that left is not a failure of ours, and the request log says so already.
    const isOurs = error instanceof ServiceError;
    if (isOurs || !response.destroyed) throw error;
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

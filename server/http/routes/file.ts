import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import { fileKey } from '../../file-key.ts';
import type { FileBody, FileHead, FileStore } from '../../files/store.ts';
import { withNearKeys } from '../../near-keys.ts';
import { contextOf } from '../request-context.ts';
import { requestSignal } from '../request-signal.ts';
import { parseInput, type Route } from '../route.ts';
import { setFileHeaders, setValidators } from './file-headers.ts';
import { checkConditions, parseRange, rangeApplies } from './file-range.ts';

/** A client that takes nothing for this long (milliseconds) is given up, so that it does not hold a file open. */
const STALLED_CLIENT_MS = 120_000;

export const fileQuery = z.strictObject({ key: fileKey });

export interface FileRouteOptions {
  store: FileStore;
  deadlineMs: number;
}

/** Streams a file as it is, whole or one byte range of it. */
export async function sendFile(
  request: Request,
  response: Response,
  options: FileRouteOptions,
): Promise<void> {
  const { store, deadlineMs } = options;
  const { key } = parseInput(fileQuery, request.query, 'query');
  contextOf(response).fields.file_key = key;
  const signal = requestSignal(response, deadlineMs);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'if-range': ifRange, range } = request.headers;
  const conditional = ifMatch !== undefined || ifNoneMatch !== undefined || range !== undefined;

  // Without conditions one call does: the body brings its own head.
  if (request.method === 'GET' && !conditional) {
    const file = await openFile(options, key, { signal });
    setFileHeaders(response, file.head);
    return stream(response, 200, file);
  }

  const head = await headOf(store, key, signal);
  const verdict = checkConditions({ ifMatch, ifNoneMatch }, head);
  if (verdict === 'failed') throw new ServiceError('precondition_failed', 'the file has another etag by now');
  if (verdict === 'not_modified') {
    setValidators(response, head);
    response.writeHead(304).end();
    return;
  }
  const wanted = rangeApplies(singleValue(ifRange), head) ? parseRange(range, head.size) : undefined;
  if (wanted === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${head.size}`);
    throw new ServiceError(
      'range_not_satisfiable',
      `the file has ${head.size} bytes: the range is behind its end`,
    );
  }
  setFileHeaders(response, head);
  const partial = wanted !== undefined && request.method === 'GET';
  if (request.method === 'HEAD') {
    response.setHeader('content-length', head.size);
    response.writeHead(200).end();
    return;
  }
  const file = await openFile(options, key, {
    signal,
    ifMatch: head.etag,
    ...(partial ? { range: wanted } : {}),
  });
  if (partial) response.setHeader('content-range', `bytes ${file.start}-${file.end}/${head.size}`);
  await stream(response, partial ? 206 : 200, file);
}

async function openFile(
  { store }: FileRouteOptions,
  key: string,
  options: Parameters<FileStore['read']>[1],
): Promise<FileBody> {
  try {
    return await store.read(key, options);
  } catch (error) {
    throw await withNearKeys(store, key, error);
  }
}

async function headOf(store: FileStore, key: string, signal: AbortSignal): Promise<FileHead> {
  try {
    return await store.head(key, { signal });
  } catch (error) {
    throw await withNearKeys(store, key, error);
  }
}

async function stream(response: Response, status: number, file: FileBody): Promise<void> {
  response.setHeader('content-length', file.end - file.start + 1);
  response.statusCode = status;
  response.setTimeout(STALLED_CLIENT_MS, () => response.destroy());
  try {
    await pipeline(file.body, response);
  } catch (error) {
    // A client that left is not a failure of ours, and the request log says so already.
    if (!response.destroyed || isStorageFailure(error)) throw error;
  }
}

function isStorageFailure(error: unknown): boolean {
  return error instanceof ServiceError && error.code !== 'deadline';
}

function singleValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

export function fileRoute(options: FileRouteOptions): Route {
  return {
    method: 'get',
    path: '/file',
    operation: {
      id: 'getFile',
      summary: 'Read a file',
      query: fileQuery,
      responses: { 200: { description: 'The file.' } },
    },
    handlers: [(request, response) => sendFile(request, response, options)],
  };
}

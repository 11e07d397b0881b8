import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { ServiceError } from '../errors.ts';
import { HttpError } from './error-table.ts';

/** Reads a JSON body of at most `limit` bytes into `request.body`; another content type leaves it undefined. */
export function jsonBody(limit: number): RequestHandler {
  return express.json({ limit, strict: false, inflate: false, verify: refuseBrokenUtf8 });
}

/** Decoding would put U+FFFD for each broken byte: the key of another file (RFC 8259, section 8.1, wants UTF-8). */
function refuseBrokenUtf8(_request: unknown, _response: unknown, body: Buffer, charset: string): void {
  if (charset === 'utf-8' && !isUtf8(body)) throw new Error('not UTF-8');
}

/** body-parser's errors carry a `type` (its README, "Errors"); anything else is not one of them. */
interface BodyParserError {
  type: string;
  limit?: number;
  length?: number;
  received?: number;
}

/** Rewords an error of the body parser, which quotes the body; undefined when it is not one. */
export function fromBodyParser(error: unknown): ServiceError | HttpError | undefined {
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return undefined;
  const { type, limit, length, received } = error as unknown as BodyParserError;
  switch (type) {
    case 'entity.too.large': {
      const size = length ?? received;
      const found = size === undefined ? 'the request body has' : `the request body has ${size} bytes,`;
      return new HttpError('body_too_large', `${found} more than the limit of ${limit} bytes`);
    }
    case 'entity.parse.failed':
      return new ServiceError('bad_request', 'the request body is not valid JSON');
    case 'entity.verify.failed':
      return new ServiceError('bad_request', 'the request body is not valid UTF-8');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new HttpError('unsupported_media_type', 'send the body as UTF-8 JSON, without content-encoding');
    case 'request.aborted':
    case 'request.size.invalid':
      return new ServiceError('bad_request', 'the request body ended before its content-length');
    default:
      return undefined;
  }
}

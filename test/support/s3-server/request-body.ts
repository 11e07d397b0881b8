import type { IncomingMessage } from 'node:http';
import { verifyChecksums } from './checksums.ts';
import { S3Fault } from './errors.ts';

export interface RequestBody {
  bytes: Buffer;
  /** The checksums that were verified. */
  checksums: Record<string, string>;
}

/** Reads a body, decodes `aws-chunked` and verifies its length and checksums, in headers and trailers. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  let bytes: Buffer = Buffer.concat(chunks);
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') fields.set(name, value);
  const contentHash = fields.get('x-amz-content-sha256') ?? '';
  if (contentHash.startsWith('STREAMING-')) {
    const decoded = decodeAwsChunked(bytes);
    bytes = decoded.bytes;
    for (const [name, value] of decoded.trailers) fields.set(name, value);
    const announced = fields.get('x-amz-decoded-content-length');
    if (announced !== undefined && Number(announced) !== bytes.length)
      throw new S3Fault(400, 'IncompleteBody');
    for (const name of (fields.get('x-amz-trailer') ?? '').split(',')) {
      if (name !== '' && !decoded.trailers.has(name.trim())) throw new S3Fault(400, 'MalformedTrailerError');
    }
  }
  return { bytes, checksums: verifyChecksums(fields, bytes) };
}

/** `SIZE[;chunk-signature=…]\r\nDATA\r\n` until a chunk of size 0, then trailers (S3 API reference, SigV4 streaming). */
function decodeAwsChunked(body: Buffer): { bytes: Buffer; trailers: Map<string, string> } {
  const data: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf('\r\n', at);
    if (end === -1) throw new S3Fault(400, 'IncompleteBody');
    const text = body.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line(), 16);
    if (!(size >= 0) || at + size > body.length) throw new S3Fault(400, 'IncompleteBody');
    if (size === 0) break;
    data.push(body.subarray(at, at + size));
    at += size;
    if (line() !== '') throw new S3Fault(400, 'IncompleteBody');
  }
  const trailers = new Map<string, string>();
  while (at < body.length) {
    const text = line();
    const colon = text.indexOf(':');
    if (colon > 0) trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
  return { bytes: Buffer.concat(data), trailers };
}

import type { IncomingMessage } from 'node:http';
import type { StoredObject } from './bucket.ts';
import { S3Fault } from './errors.ts';

export interface ObjectAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/** GetObject and HeadObject: conditions first, then the range (RFC 9110, section 13.2.2). */
export function objectAnswer(request: IncomingMessage, object: StoredObject): ObjectAnswer {
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && ifMatch !== object.etag) throw new S3Fault(412, 'PreconditionFailed');
  const { range } = request.headers;
  const headers: Record<string, string> = {
    ...object.headers,
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
  };
  const size = object.bytes.length;
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!match)
    return { status: 200, headers: { ...headers, 'content-length': String(size) }, bytes: object.bytes };
  const start = Number(match[1]);
  const end = Math.min(match[2] === '' ? size - 1 : Number(match[2]), size - 1);
  if (start >= size || start > end)
    throw new S3Fault(416, 'InvalidRange', 'The requested range is not satisfiable');
  // A checksum of the whole object says nothing of a part.
  for (const name of Object.keys(headers)) if (name.startsWith('x-amz-checksum-')) delete headers[name];
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${size}`,
      'content-length': String(end - start + 1),
    },
    bytes: object.bytes.subarray(start, end + 1),
  };
}

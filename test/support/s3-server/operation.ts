import type { IncomingMessage } from 'node:http';
import { S3Fault } from './errors.ts';
import type { Operation } from './faults.ts';

export interface S3Request {
  operation: Operation;
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** What a request asks for. Paths are taken as they came: `..` and `//` are parts of a key. */
export function parseRequest(request: IncomingMessage): S3Request {
  const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s);
  const [, bucket = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const key = decodeURIComponent(rest);
  const query = new URLSearchParams(search);
  return { operation: operationOf(request.method ?? '', key, query), bucket, key, query };
}

function operationOf(method: string, key: string, query: URLSearchParams): Operation {
  const isUpload = query.has('uploadId');
  const name = `${method} ${key === '' ? 'bucket' : 'object'}`;
  if (name === 'GET bucket' && query.get('list-type') === '2') return 'ListObjectsV2';
  if (name === 'GET bucket' && query.has('uploads')) return 'ListMultipartUploads';
  if (name === 'GET object' && query.has('tagging')) return 'GetObjectTagging';
  if (name === 'GET object' && !isUpload) return 'GetObject';
  if (name === 'HEAD object') return 'HeadObject';
  if (name === 'PUT object') return isUpload ? 'UploadPart' : 'PutObject';
  if (name === 'DELETE object') return isUpload ? 'AbortMultipartUpload' : 'DeleteObject';
  if (name === 'POST object' && query.has('uploads')) return 'CreateMultipartUpload';
  if (name === 'POST object' && isUpload) return 'CompleteMultipartUpload';
  throw new S3Fault(501, 'NotImplemented', `${method} ${key} is not implemented here`);
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Bucket } from './bucket.ts';
import { S3Fault } from './errors.ts';
import { type FaultEffect, Faults, type Operation } from './faults.ts';
import { listObjects } from './list.ts';
import { objectAnswer } from './object-answer.ts';
import { parseRequest, type S3Request } from './operation.ts';
import { readBody } from './request-body.ts';
import { document, element, field } from './xml.ts';

export interface S3Server {
  /** For path-style clients, on 127.0.0.1. */
  endpoint: string;
  bucketName: string;
  bucket: Bucket;
  faults: Faults;
  /** What was asked, in order. */
  requests: { operation: Operation; key: string; url: string; headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/**
 * A small S3 server in memory, for tests and benches. Signatures are not verified, but must be there. It verifies
 * checksums, keeps conditions and the rules of multipart uploads, pages listings, and fails as it is told to.
 */
export async function startS3Server(bucketName = 'test-bucket'): Promise<S3Server> {
  const state = {
    bucketName,
    bucket: new Bucket(),
    faults: new Faults(),
    requests: [] as S3Server['requests'],
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(state, request, response).catch((error) => fail(request, response, error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...state,
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type State = Pick<S3Server, 'bucketName' | 'bucket' | 'faults' | 'requests'>;

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = parseRequest(request);
  const { operation, key } = asked;
  state.requests.push({ operation, key, url: request.url ?? '', headers: request.headers });
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) throw new S3Fault(403, 'AccessDenied');
  const fault = state.faults.hit(operation, key);
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const body = await readBody(request);
  if (fault?.kind === 'status') throw new S3Fault(fault.status, fault.code);
  if (asked.bucket !== state.bucketName) throw new S3Fault(404, 'NoSuchBucket');
  if (Buffer.byteLength(key) > 1024) throw new S3Fault(400, 'KeyTooLongError');
  await perform(state, asked, request, response, body, fault);
}

async function perform(
  { bucket, bucketName }: State,
  { operation, key, query }: S3Request,
  request: IncomingMessage,
  response: ServerResponse,
  body: { bytes: Buffer; checksums: Record<string, string> },
  fault: FaultEffect | undefined,
): Promise<void> {
  const uploadId = query.get('uploadId') ?? '';
  const conditions = { ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'] };
  switch (operation) {
    case 'GetObject':
    case 'HeadObject': {
      const object = bucket.get(key);
      if (!object) throw new S3Fault(404, 'NoSuchKey', 'The specified key does not exist.');
      const { status, headers, bytes } = objectAnswer(request, object);
      response.writeHead(status, headers);
      if (operation === 'HeadObject') response.end();
      else await send(response, bytes, fault);
      return;
    }
    case 'GetObjectTagging': {
      if (!bucket.get(key)) throw new S3Fault(404, 'NoSuchKey', 'The specified key does not exist.');
      const tags = Object.entries(bucket.tags.get(key) ?? {}).map(([name, value]) =>
        element('Tag', field('Key', name), field('Value', value)),
      );
      await sendXml(response, document(element('Tagging', element('TagSet', ...tags))), fault);
      return;
    }
    case 'PutObject': {
      const { etag } = bucket.put(
        key,
        body.bytes,
        { ...keptHeaders(request), ...body.checksums },
        conditions,
      );
      response.writeHead(200, { etag, ...body.checksums }).end();
      return;
    }
    case 'DeleteObject':
      bucket.delete(key);
      response.writeHead(204).end();
      return;
    case 'ListObjectsV2':
      await sendXml(response, listObjects(bucketName, bucket, query), fault);
      return;
    case 'CreateMultipartUpload': {
      const id = bucket.createUpload(key, keptHeaders(request));
      const fields = [field('Bucket', bucketName), field('Key', key), field('UploadId', id)];
      await sendXml(response, document(element('InitiateMultipartUploadResult', ...fields)), fault);
      return;
    }
    case 'UploadPart': {
      const etag = bucket.putPart(uploadId, Number(query.get('partNumber')), body.bytes);
      response.writeHead(200, { etag, ...body.checksums }).end();
      return;
    }
    case 'CompleteMultipartUpload': {
      const { etag } = bucket.completeUpload(uploadId, body.bytes.toString(), conditions);
      const fields = [field('Bucket', bucketName), field('Key', key), field('ETag', etag)];
      await sendXml(response, document(element('CompleteMultipartUploadResult', ...fields)), fault);
      return;
    }
    case 'AbortMultipartUpload':
      bucket.abortUpload(uploadId);
      response.writeHead(204).end();
      return;
    case 'ListMultipartUploads': {
      const uploads = bucket
        .uploads()
        .map((upload) => element('Upload', field('Key', upload.key), field('UploadId', upload.id)));
      await sendXml(response, document(element('ListMultipartUploadsResult', ...uploads)), fault);
    }
  }
}

function keptHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  const type = request.headers['content-type'];
  if (type !== undefined) headers['content-type'] = type;
  // aws-chunked is how the body travelled, not what it is.
  const codings = String(request.headers['content-encoding'] ?? '').split(',');
  const encoding = codings
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked');
  if (encoding.length > 0) headers['content-encoding'] = encoding.join(',');
  return headers;
}

async function sendXml(response: ServerResponse, xml: string, fault: FaultEffect | undefined): Promise<void> {
  const bytes = Buffer.from(xml);
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': bytes.length });
  await send(response, bytes, fault);
}

async function send(response: ServerResponse, bytes: Buffer, fault: FaultEffect | undefined): Promise<void> {
  if (fault?.kind === 'reset-body') {
    await new Promise<void>((resolve) =>
      response.write(bytes.subarray(0, fault.afterBytes), () => resolve()),
    );
    response.socket?.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'slow-body') {
    for (let at = 0; at < bytes.length && !response.destroyed; at += fault.pieceBytes) {
      response.write(bytes.subarray(at, at + fault.pieceBytes));
      await new Promise((resolve) => setTimeout(resolve, fault.pauseMs));
    }
    response.end();
    return;
  }
  response.end(bytes);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const fault = error instanceof S3Fault ? error : new S3Fault(500, 'InternalError', String(error));
  const xml = document(element('Error', field('Code', fault.code), field('Message', fault.message)));
  response.writeHead(fault.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(xml),
  });
  response.end(request.method === 'HEAD' ? undefined : xml);
}

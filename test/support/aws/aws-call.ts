import type { IncomingHttpHeaders } from 'node:http';

/** One request to AWS, as the proxy sees it. */
export interface AwsCall {
  /**
   * `cloudformation:CreateChangeSet`, `s3:DeleteObjects`; for services whose requests are told apart by their
   * paths `apigateway:GET /restapis/abc/stages/v1`; what a REST API of API Gateway is asked is `execute-api:…`.
   */
  action: string;
  protocol: Protocol;
  method: string;
  /** With the query. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Of requests in form or JSON; empty for others, which pass as they come. */
  body: string;
  accessKeyId: string | undefined;
}

/** How a service says its answers: the AWS protocols of the Smithy documentation, by short names. */
export type Protocol = 'query' | 'ec2' | 'json' | 'cbor' | 'rest-json' | 's3';

/** Names of signing scopes that IAM calls otherwise. */
const IAM_NAMES: Record<string, string> = { monitoring: 'cloudwatch', states: 'states' };

export function recognize(method: string, url: string, headers: IncomingHttpHeaders, body: string): AwsCall {
  const { accessKeyId, service } = signer(headers, url);
  const known = operation(service, method, url, headers, body);
  return {
    action: `${IAM_NAMES[service] ?? service}:${known.operation}`,
    protocol: known.protocol,
    method,
    url,
    headers,
    body,
    accessKeyId,
  };
}

/** Whether the action stands in the body, or the body is small enough to be held. */
export function isHeld(headers: IncomingHttpHeaders): boolean {
  return /x-www-form-urlencoded|json|cbor/.test(headers['content-type'] ?? '');
}

function operation(
  service: string,
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: string,
): { operation: string; protocol: Protocol } {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { operation: target.slice(target.lastIndexOf('.') + 1), protocol: 'json' };
  }
  const rpc = /\/service\/[^/]+\/operation\/(\w+)/.exec(url);
  if (rpc) return { operation: rpc[1]!, protocol: 'cbor' };
  if (service === 's3') return { operation: s3Operation(method, url), protocol: 's3' };
  const form = /x-www-form-urlencoded/.test(headers['content-type'] ?? '')
    ? new URLSearchParams(body).get('Action')
    : null;
  if (form !== null) return { operation: form, protocol: service === 'ec2' ? 'ec2' : 'query' };
  return { operation: `${method} ${url.split('?')[0]}`, protocol: 'rest-json' };
}

function signer(headers: IncomingHttpHeaders, url: string): { service: string; accessKeyId?: string } {
  const scope =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ??
    new URL(url, 'http://x').searchParams.get('X-Amz-Credential');
  if (scope) {
    const [accessKeyId, , , service] = scope.split('/');
    return { service: service ?? 'unknown', accessKeyId: accessKeyId! };
  }
  return { service: url.includes('/_user_request_/') ? 'execute-api' : 'unsigned' };
}

/** Operations by method, level and the query's marker (Amazon S3 API reference); of those that we use. */
function s3Operation(method: string, url: string): string {
  const { pathname, searchParams: query } = new URL(url, 'http://x');
  const onObject = /^\/[^/]+\/./.test(pathname);
  const has = (name: string) => query.has(name);
  if (onObject) {
    if (has('uploadId')) {
      return (
        { GET: 'ListParts', PUT: 'UploadPart', POST: 'CompleteMultipartUpload' }[method] ??
        'AbortMultipartUpload'
      );
    }
    if (has('uploads')) return 'CreateMultipartUpload';
    const what = has('tagging') ? 'ObjectTagging' : 'Object';
    return `${{ GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete' }[method] ?? method}${what}`;
  }
  if (method === 'POST' && has('delete')) return 'DeleteObjects';
  if (has('versions')) return 'ListObjectVersions';
  if (has('uploads')) return 'ListMultipartUploads';
  if (has('list-type')) return 'ListObjectsV2';
  if (pathname === '/') return 'ListBuckets';
  const [part] = [...query.keys()].filter((name) => name !== 'x-id');
  if (part !== undefined) return `${method} ?${part}`;
  return (
    { GET: 'ListObjects', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? method
  );
}

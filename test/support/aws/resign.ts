import { createHash, createHmac } from 'node:crypto';
import type { AwsCall } from './aws-call.ts';

/**
 * Headers for a request of which the body was changed on its way, as if whoever signed it had signed this body
 * (Signature Version 4, "Create a signed AWS API request"). Forms only: their path is `/`, their query empty.
 */
export function resign({ headers }: AwsCall, body: string, secret: string): Record<string, string> {
  const authorization = headers.authorization!;
  const [, scope, signed] = /Credential=[^/]+\/([^,]+),\s*SignedHeaders=([^,]+)/.exec(authorization)!;
  const [date, region, service] = scope!.split('/');
  const hash = createHash('sha256').update(body).digest('hex');
  const changed: Record<string, string> = { 'content-length': String(Buffer.byteLength(body)) };
  if (headers['x-amz-content-sha256'] !== undefined) changed['x-amz-content-sha256'] = hash;
  const canonicalHeaders = signed!
    .split(';')
    .map((name) => `${name}:${String(changed[name] ?? headers[name]).trim()}\n`)
    .join('');
  const request = ['POST', '/', '', canonicalHeaders, signed, hash].join('\n');
  const hashed = createHash('sha256').update(request).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hashed].join('\n');
  const key = [date!, region!, service!, 'aws4_request'].reduce<string | Buffer>(sign, `AWS4${secret}`);
  const signature = sign(key, toSign).toString('hex');
  return { ...changed, authorization: authorization.replace(/Signature=\w+/, `Signature=${signature}`) };
}

function sign(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

import { createServer } from 'node:http';
import { expect } from 'chai';
import { Agent } from 'undici';
import type { RegionalConnection } from '../../src/aws/connection.ts';
import { emptyBucket } from '../../src/stack/destroy/empty-bucket.ts';

/** As S3 encodes keys that XML cannot carry (Amazon S3 API, ListObjectVersions, EncodingType). */
const ENCODED: Record<string, string> = {
  'a b': 'a+b',
  'a+b%20c': 'a%2Bb%2520c',
  'line\r\nbreak': 'line%0D%0Abreak',
  'bell\u0007': 'bell%07',
  'é/😀': '%C3%A9%2F%F0%9F%98%80',
};

const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>
  <Arn>arn:aws:iam::123456789012:user/ann</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

describe('versions of S3 objects', () => {
  it('are deleted by their very keys, also those that XML cannot carry', async () => {
    const left = new Map(Object.entries(ENCODED));
    const server = createServer(async (request, response) => {
      const url = new URL(request.url!, 'http://x');
      let body = '';
      for await (const chunk of request) body += chunk;
      // The client asks once whose bucket it is to expect.
      if (/Action=GetCallerIdentity/.test(body)) return void response.end(IDENTITY);
      const inOne = (key: string, version: string | null) => version === 'v1' && left.delete(key);
      if (request.method === 'DELETE')
        inOne(decodeURIComponent(url.pathname.slice('/files/'.length)), url.searchParams.get('versionId'));
      for (const [, key] of body.matchAll(/<Object><Key>(.*?)<\/Key><VersionId>v1<\/VersionId>/gs))
        inOne(unescapeXml(key!), 'v1');
      const entries = [...left.values()].map(
        (key) => `<Version><Key>${key}</Key><VersionId>v1</VersionId></Version>`,
      );
      const root = url.searchParams.has('versions') ? 'ListVersionsResult' : 'Result';
      response.end(
        `<${root}><EncodingType>url</EncodingType>${root === 'Result' ? '' : entries.join('')}</${root}>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dispatcher = new Agent();
    const connection: RegionalConnection = {
      region: 'eu-central-1',
      env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}` },
      dispatcher,
      credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    };
    try {
      const done = await emptyBucket(connection, 'files', { signal: new AbortController().signal });
      expect([...left.keys()]).to.deep.equal([]);
      expect(done).to.equal(Object.keys(ENCODED).length);
    } finally {
      await dispatcher.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});

function unescapeXml(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

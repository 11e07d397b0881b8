import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RegistryServer {
  /** `127.0.0.1:<port>` */
  host: string;
  /** Content by `<repository>/manifests/<tag or digest>` and `<repository>/blobs/<digest>`. */
  content: Map<string, string>;
  /** What is asked, with the login that came with it. */
  requests: { path: string; authorization: string | undefined }[];
  /** Keeps an image for a platform. Returns its digest. */
  add(repository: string, tag: string, platform: string): string;
  /** Keeps any manifest. Returns its digest. */
  addManifest(repository: string, tag: string, manifest: object): string;
  close(): Promise<void>;
}

export interface RegistryRules {
  /** Gives everyone a token, and wants it. */
  tokens?: boolean;
  /** Answers instead, for some paths. */
  instead?: (path: string, response: ServerResponse) => boolean;
}

/** A registry in memory that is read as the distribution protocol says, and takes manifests. */
export async function startRegistryServer(rules: RegistryRules = {}): Promise<RegistryServer> {
  const content: RegistryServer['content'] = new Map();
  const requests: RegistryServer['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    requests.push({ path, authorization: request.headers.authorization });
    if (rules.instead?.(path, response)) return;
    if (path.startsWith('/token?')) return answerToken(path, response);
    if (rules.tokens && request.headers.authorization !== 'Bearer everyone') {
      const realm = `Bearer realm="http://${host}/token",service="test",scope="repository:${path}:pull"`;
      return void response.writeHead(401, { 'www-authenticate': realm }).end();
    }
    answer(content, request, response).catch((error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const put = (kind: string, text: string, ...names: string[]): string => {
    const digest = digestOf(text);
    for (const name of [...names, digest]) content.set(`${kind}/${name}`, text);
    return digest;
  };
  const addManifest = (repository: string, tag: string, manifest: object) =>
    put(`${repository}/manifests`, JSON.stringify(manifest), tag);
  return {
    host,
    content,
    requests,
    addManifest,
    add(repository, tag, platform) {
      const [os, architecture] = platform.split('/');
      const digest = put(`${repository}/blobs`, JSON.stringify({ os, architecture }));
      return addManifest(repository, tag, { schemaVersion: 2, config: { digest } });
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function answerToken(path: string, response: ServerResponse): void {
  const { searchParams } = new URL(path, 'http://registry');
  const known = searchParams.get('service') === 'test' && searchParams.get('scope') !== null;
  response.writeHead(known ? 200 : 400).end(JSON.stringify({ token: 'everyone' }));
}

async function answer(
  content: RegistryServer['content'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, name] = /^\/v2\/(.+)$/.exec(request.url!) ?? [];
  if (request.method === 'PUT') {
    content.set(name!, String(await buffer(request)));
    return void response.writeHead(201).end();
  }
  const text = content.get(name!);
  if (text === undefined) return void response.writeHead(404).end('{"errors":[]}');
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

import http from 'node:http';
import { expect } from 'chai';
import { closeApps, logLine, requestLine, startApp } from '../support/app.ts';

/** A request whose `Host` and path are sent as given, which fetch does not allow. */
function rawRequest(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    });
    request.on('error', reject).end();
  });
}

describe('HTTP frame', () => {
  afterEach(closeApps);

  it('is healthy', async () => {
    const app = await startApp();
    const response = await app.fetch('/health');
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ status: 'healthy' });
    expect((await app.fetch('/health', { method: 'HEAD' })).status).to.equal(200);
  });

  it('takes a sane request id and sends it back, on errors too', async () => {
    const app = await startApp();
    for (const route of ['/health', '/nowhere', '/file']) {
      const response = await app.fetch(route, { headers: { 'x-request-id': 'trace-1.2:3' } });
      expect(response.headers.get('x-request-id'), route).to.equal('trace-1.2:3');
    }
    const body = (await (
      await app.fetch('/nowhere', { headers: { 'x-request-id': 'mine' } })
    ).json()) as object;
    expect(body).to.have.nested.property('error.request_id', 'mine');
  });

  for (const id of ['with space', 'x'.repeat(129), '{"level":"error"}', '']) {
    it(`replaces the request id ${JSON.stringify(id.slice(0, 20))}`, async () => {
      const app = await startApp();
      const response = await app.fetch('/health', { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
    });
  }

  it('answers unknown paths with JSON and logs them without their name', async () => {
    const app = await startApp();
    const response = await app.fetch('/wp-login.php?secret=1');
    expect(response.status).to.equal(404);
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    const line = await requestLine(app, response.headers.get('x-request-id'));
    expect(line).to.include({ route: 'unmatched', status: 404, level: 'warn' });
    expect(app.logText()).to.not.include('wp-login').and.not.include('secret');
  });

  it('names the methods that are possible', async () => {
    const app = await startApp();
    for (const [route, method, allow] of [
      ['/summarize', 'GET', 'POST, OPTIONS'],
      ['/files', 'POST', 'GET, HEAD, OPTIONS'],
      ['/file?key=a', 'DELETE', 'GET, HEAD, OPTIONS'],
      ['/health', 'PUT', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const response = await app.fetch(route, { method });
      expect(response.status, route).to.equal(405);
      expect(response.headers.get('allow')).to.equal(allow);
      expect(await response.json()).to.have.nested.property('error.code', 'method_not_allowed');
    }
    expect((await app.fetch('/files', { method: 'OPTIONS' })).status).to.equal(204);
  });

  it('sends security headers with every answer and does not name its framework', async () => {
    const app = await startApp();
    for (const route of ['/health', '/nowhere']) {
      const { headers } = await app.fetch(route);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.include("default-src 'none'");
      expect(headers.get('x-powered-by')).to.equal(null);
    }
  });

  it('strips the base path once, and is also reached without it', async () => {
    const app = await startApp({ basePath: '/v1' });
    expect((await app.fetch('/v1/health')).status).to.equal(200);
    expect((await app.fetch('/health')).status).to.equal(200);
    expect((await app.fetch('/v1/v1/health')).status).to.equal(404);
    expect((await app.fetch('/v1health')).status).to.equal(404);
    expect((await app.fetch('/v1?x=1')).status).to.equal(404);
  });

  it('grants no other origin anything by default, and the allowed ones by setting', async () => {
    const origin = 'https://app.example.com';
    const closed = await startApp({ allowedHosts: ['127.0.0.1'] });
    const refused = await closed.fetch('/health', { headers: { origin } });
    expect(refused.headers.get('access-control-allow-origin')).to.equal(null);

    const open = await startApp({ corsOrigins: [origin], limits: {} });
    const preflight = await fetch(`${open.url}/summarize`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key',
      },
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal(origin);
    expect(preflight.headers.get('access-control-allow-headers')).to.equal('x-api-key');
    const withoutKey = await fetch(`${open.url}/files`, { headers: { origin } });
    expect(withoutKey.status).to.equal(403);
    expect(withoutKey.headers.get('access-control-allow-origin')).to.equal(origin);
    expect((await open.fetch('/files', { headers: { origin } })).status).to.equal(200);
  });

  it('answers on loopback only for loopback, against DNS rebinding, but /health for any', async () => {
    const app = await startApp();
    const evil = { host: 'evil.example.com' };
    const refused = await rawRequest(app.url, '/files', evil);
    expect(refused.status).to.equal(403);
    expect(JSON.parse(refused.body)).to.have.nested.property('error.code', 'forbidden_host');
    expect((await rawRequest(app.url, '/health', evil)).status).to.equal(200);
    expect((await rawRequest(app.url, '/files', { host: 'localhost:9' })).status).to.equal(200);
    expect((await rawRequest(app.url, '/mcp', evil)).status).to.equal(403);
    const foreignPage = await app.fetch('/files', { headers: { origin: 'http://evil.example.com' } });
    expect(foreignPage.status).to.equal(403);
    expect((await app.fetch('/files', { headers: { origin: 'http://localhost:3000' } })).status).to.equal(
      200,
    );
  });

  it('gives no more away of an unexpected failure than that it happened', async () => {
    const app = await startApp({ store: brokenStore() });
    const response = await app.fetch('/files');
    expect(response.status).to.equal(500);
    const body = await response.text();
    expect(body).to.not.include('arn:aws').and.not.include('at ');
    const line = await requestLine(app, response.headers.get('x-request-id'));
    expect(line).to.include({ level: 'error', status: 500 });
    const error = await logLine(app, ({ err }) => err !== undefined);
    expect(error).to.have.nested.property('err.message', 'arn:aws:secret');
    expect(error).to.have.property('request_id', response.headers.get('x-request-id'));
  });

  it('describes its routes in OpenAPI 3.1, from the schemas that validate', async () => {
    const app = await startApp();
    const description = (await (await app.fetch('/openapi.json')).json()) as OpenApi;
    expect(description.openapi).to.equal('3.1.0');
    expect(Object.keys(description.paths)).to.have.members([
      '/health',
      '/summarize',
      '/files',
      '/file',
      '/mcp',
      '/openapi.json',
    ]);
    const post = description.paths['/summarize']!.post!;
    const { schema } = post.requestBody.content['application/json']!;
    expect(schema.required).to.deep.equal(['file_key']);
    expect(schema.properties.style.enum).to.deep.equal(['paragraph', 'bullets', 'tldr']);
    expect(Object.keys(post.responses)).to.include.members([
      '200',
      '400',
      '404',
      '413',
      '415',
      '429',
      '502',
      '503',
      '504',
    ]);
    const limit = description.paths['/files']!.get!.parameters.find(({ name }) => name === 'limit')!;
    expect(limit.schema).to.deep.equal({ type: 'integer', minimum: 1, maximum: 1000 });
  });
});

function brokenStore() {
  const fail = () => Promise.reject(new Error('arn:aws:secret'));
  return { bucket: 'b', list: fail, head: fail, read: fail, put: fail, delete: fail } as never;
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  parameters: { name: string; schema: object }[];
  requestBody: {
    content: Record<string, { schema: { required: string[]; properties: { style: { enum: string[] } } } }>;
  };
  responses: Record<string, object>;
}

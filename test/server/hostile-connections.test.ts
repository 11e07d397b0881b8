import { expect } from 'chai';
import { closeApps, startApp, TEST_KEY, type TestApp } from '../support/app.ts';
import { rawConnection } from '../support/raw-connection.ts';

const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const JSON_HEADERS = 'content-type: application/json\r\naccept: application/json, text/event-stream';

/** What comes back for one request as it stands, the connection being closed after it. */
async function raw(app: TestApp, head: string, body = ''): Promise<string> {
  const lines = head.split(/\r?\n/).join('\r\n');
  return rawConnection(app, `${lines}\r\nconnection: close\r\n\r\n${body}`).received;
}

const answersIn = (text: string): number => text.match(/HTTP\/1\.1 \d{3}/g)?.length ?? 0;

describe('hostile connections', () => {
  afterEach(closeApps);

  const smuggling: [string, string, string][] = [
    [
      'a length and chunks',
      `POST /mcp HTTP/1.1\nhost: localhost\n${JSON_HEADERS}\ncontent-length: 4\ntransfer-encoding: chunked`,
      '0\r\n\r\nGET /files HTTP/1.1\r\nhost: localhost\r\n\r\n',
    ],
    [
      'two lengths',
      `POST /mcp HTTP/1.1\nhost: localhost\n${JSON_HEADERS}\ncontent-length: 4\ncontent-length: 46`,
      LIST,
    ],
    [
      'a list of lengths',
      `POST /mcp HTTP/1.1\nhost: localhost\n${JSON_HEADERS}\ncontent-length: 46, 46`,
      LIST,
    ],
    [
      'a coding that hides chunks',
      `POST /mcp HTTP/1.1\nhost: localhost\n${JSON_HEADERS}\ntransfer-encoding: xchunked`,
      '0\r\n\r\n',
    ],
    ['a space before the colon', 'GET /files HTTP/1.1\nhost: localhost\ncontent-length : 30', ''],
    ['a folded header', 'GET /files HTTP/1.1\nhost: localhost\nx-a: b\n content-length: 30', ''],
    ['no host', 'GET /files HTTP/1.1\nx-a: b', ''],
    ['two hosts, the good one first', 'GET /files HTTP/1.1\nhost: localhost\nhost: evil.example', ''],
    ['two hosts, the good one last', 'GET /files HTTP/1.1\nhost: evil.example\nHOST: localhost', ''],
  ];
  for (const [name, head, body] of smuggling) {
    it(`refuses a request with ${name}, and reads no second one out of it`, async () => {
      const app = await startApp({ files: { 'secret.txt': 'x' } });
      const text = await raw(app, head, body);
      expect(text).to.match(/^HTTP\/1\.1 400 /);
      expect(answersIn(text)).to.equal(1);
      expect(text).to.not.include('secret.txt');
      expect((await app.fetch('/health')).status).to.equal(200);
    });
  }

  it('takes the host of a whole URL for the host', async () => {
    const app = await startApp();
    expect(await raw(app, 'GET http://evil.example/files HTTP/1.1\nhost: localhost')).to.match(
      /^HTTP\/1\.1 403 [\s\S]*forbidden_host/,
    );
    expect(await raw(app, 'GET http://localhost/files HTTP/1.1\nhost: localhost')).to.match(
      /^HTTP\/1\.1 200 /,
    );
  });

  it('serves no page of another site, on any route but /health', async () => {
    const app = await startApp({ files: { 'a.txt': 'x' } });
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://', '']) {
      for (const route of ['/files', '/file?key=a.txt', '/openapi.json', '/mcp']) {
        const text = await raw(app, `GET ${route} HTTP/1.1\nhost: localhost\norigin: ${origin}`);
        expect(text, `${origin} ${route}`).to.match(/^HTTP\/1\.1 403 /);
        expect(text).to.not.match(/access-control-allow-origin/i);
      }
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'localhost@evil.example',
      '169.254.169.254',
    ]) {
      expect(await raw(app, `GET /files HTTP/1.1\nhost: ${host}`), host).to.match(/^HTTP\/1\.1 403 /);
    }
  });

  it('takes one key, not a choice of them', async () => {
    const app = await startApp({ limits: {} });
    const keys = `x-api-key: guess\nx-api-key: ${TEST_KEY}`;
    expect(await raw(app, `GET /files HTTP/1.1\nhost: localhost\n${keys}`)).to.match(/^HTTP\/1\.1 403 /);
    const both = `x-api-key: ${TEST_KEY}\nx-api-key: ${TEST_KEY}`;
    expect(await raw(app, `GET /files HTTP/1.1\nhost: localhost\n${both}`)).to.match(/^HTTP\/1\.1 403 /);
  });

  it('refuses headers that are too large or too many, and goes on', async () => {
    const app = await startApp();
    const many = Array.from({ length: 5000 }, (_, i) => `x-${i}: y`).join('\n');
    expect(await raw(app, `GET /files HTTP/1.1\nhost: localhost\n${many}`)).to.match(/^HTTP\/1\.1 431 /);
    const long = `GET /files?cursor=${'c'.repeat(20_000)} HTTP/1.1\nhost: localhost`;
    expect(await raw(app, long)).to.match(/^HTTP\/1\.1 431 /);
    expect((await app.fetch('/health')).status).to.equal(200);
  });

  it('closes on what is no HTTP, and upgrades to nothing', async () => {
    const app = await startApp();
    for (const bytes of [Buffer.from('16030100a5010000a10303', 'hex'), 'SSH-2.0-x\r\n', '\0\0\0\0\r\n\r\n']) {
      expect(await rawConnection(app, bytes).received).to.match(/^HTTP\/1\.1 400 /);
    }
    expect(await raw(app, 'CONNECT evil.example:80 HTTP/1.1\nhost: localhost')).to.not.match(/ 200 /);
    const upgrade = 'GET /health HTTP/1.1\nhost: localhost\nupgrade: websocket';
    expect(await raw(app, upgrade)).to.match(/^HTTP\/1\.1 200 /);
  });

  it('answers others while two hundred clients stall, and drops those', async () => {
    const impatient = { headersTimeout: 400, requestTimeout: 800, checkInterval: 50 };
    const app = await startApp({ files: { 'a.txt': 'x' }, listener: impatient });
    const head = 'POST /mcp HTTP/1.1\r\nhost: localhost\r\n';
    const beginnings = [
      '',
      'PO',
      `${head}x-slow: `,
      `${head}${JSON_HEADERS}\r\ncontent-length: 1000\r\n\r\n{"jsonrpc":`,
      `${head}${JSON_HEADERS}\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"js`,
    ];
    const stalled = Array.from({ length: 200 }, (_, i) => rawConnection(app, beginnings[i % 5]!));
    await Promise.all(stalled.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    for (let i = 0; i < 20; i++) {
      const answer = await app.fetch('/mcp', {
        method: 'POST',
        body: LIST,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      });
      expect(answer.status).to.equal(200);
      expect(await answer.text()).to.include('read_file');
    }
    // None is left, whatever it began with.
    const texts = await Promise.all(stalled.map(({ received }) => received));
    for (const text of texts) expect(text).to.match(/^(HTTP\/1\.1 40[08] |$)/);
    expect((await app.fetch('/files')).status).to.equal(200);
  });
});

import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import { Agent, request } from 'undici';
import { DrainState, drainGuard } from '../../server/http/drain.ts';
import { closeApps, startApp } from '../support/app.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';
import { rawConnection } from '../support/raw-connection.ts';

describe('listener', () => {
  afterEach(closeApps);

  const impatient = { headersTimeout: 50, requestTimeout: 100, checkInterval: 20 };

  it('gives up a client that does not finish its headers', async () => {
    const app = await startApp({ listener: impatient });
    const { received } = rawConnection(app, 'GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(await received).to.match(/^HTTP\/1\.1 408 /);
  });

  it('gives up a client that does not finish its body', async () => {
    const app = await startApp({ listener: impatient });
    const { received } = rawConnection(
      app,
      'POST /summarize HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"file',
    );
    expect(await received).to.match(/^HTTP\/1\.1 (408|400) /);
  });

  it('refuses headers that are too large', async () => {
    const app = await startApp();
    const { received } = rawConnection(
      app,
      `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(await received).to.match(/^HTTP\/1\.1 431 /);
  });

  it('has its refusal arrive at a client that sends all before it looks', async () => {
    const app = await startApp();
    const { hostname, port } = new URL(app.url);
    const head = `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(30_000_000)}\r\n\r\n`;
    const socket = net.connect(Number(port), hostname).pause();
    await new Promise<void>((resolve, reject) =>
      socket.write(head, (error) => (error ? reject(error) : resolve())),
    );
    expect(await text(socket)).to.match(/^HTTP\/1\.1 431 /);
  });

  it('does not wait for ever for a client that it has refused', async () => {
    const app = await startApp({ listener: { refusalLinger: 50 } });
    const { hostname, port } = new URL(app.url);
    const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.write('no HTTP at all\r\n\r\n');
    let answer = '';
    socket.on('data', (piece) => (answer += piece));
    await once(socket, 'end');
    expect(answer).to.match(/^HTTP\/1\.1 400 /);
    // It keeps its own half open, and may send on until the server has given up.
    const sending = setInterval(() => socket.write('more'), 10);
    const error = await once(socket, 'error').then(([failure]) => failure);
    clearInterval(sending);
    expect(error).to.have.property('code').that.is.oneOf(['ECONNRESET', 'EPIPE']);
  });

  it('keeps connections longer than a load balancer does', async () => {
    const app = await startApp();
    const response = await app.fetch('/health');
    const timeout = Number(/timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '')?.[1]);
    expect(timeout).to.be.greaterThan(300);
  });

  it('closes no more than one port', async () => {
    const app = await startApp();
    const { port } = new URL(app.url);
    const second = await import('../../server/app.ts').then(({ createApp }) =>
      createApp({ storage: { kind: 'folder', folder: app.folder }, version: '0', logLevel: 'silent' }),
    );
    const error = await second
      .listen({ host: '127.0.0.1', port: Number(port) })
      .catch((failure: Error) => failure);
    expect(error).to.have.property('code', 'EADDRINUSE');
    await second.close();
  });

  it('drains: says so, closes connections, finishes what is in flight, refuses what is new', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': 'Some text.' }, summarizers: [summarizer] });
    const pending = app.summarize({ file_key: 'a.txt' });
    await summarizer.called(1);
    const closed = app.close({ deadlineMs: 60_000 });

    // Connections of their own: those of before are being closed.
    const dispatcher = new Agent();
    const health = await request(`${app.url}/health`, { dispatcher });
    expect(health.statusCode).to.equal(503);
    expect(await health.body.json()).to.deep.equal({ status: 'draining' });
    expect(health.headers.connection).to.equal('close');
    const late = await request(`${app.url}/files`, { dispatcher });
    expect([late.statusCode, late.headers['retry-after']]).to.deep.equal([503, '1']);
    expect(await late.body.json()).to.have.nested.property('error.code', 'draining');

    summarizer.open();
    const response = await pending;
    expect(response.status).to.equal(200);
    await response.text();
    await closed;
    const refused = await request(`${app.url}/health`, { dispatcher }).catch((error: Error) => error);
    expect(refused).to.have.property('code', 'ECONNREFUSED');
    await dispatcher.close();
  });

  it('serves until it refuses, and answers /health to the end', async () => {
    const state = new DrainState();
    const app = express().use(drainGuard(state));
    app.get(['/health', '/files'], (_request, response) => void response.end());
    const onError: ErrorRequestHandler = (_error, _request, response, _next) =>
      void response.status(503).end();
    app.use(onError);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const answers = async () => {
      const both = await Promise.all(
        ['health', 'files'].map((route) => fetch(`http://127.0.0.1:${port}/${route}`)),
      );
      return both.map(({ status, headers }) => `${status} ${headers.get('connection')}`);
    };
    expect(await answers()).to.deep.equal(['200 keep-alive', '200 keep-alive']);
    state.draining = true;
    expect(await answers()).to.deep.equal(['200 close', '200 close']);
    state.refusing = true;
    expect(await answers()).to.deep.equal(['200 close', '503 close']);
    server.close();
  });

  it('cuts what is still in flight at the deadline', async () => {
    const summarizer = gatedSummarizer();
    const app = await startApp({ files: { 'a.txt': 'Some text.' }, summarizers: [summarizer] });
    const pending = app.summarize({ file_key: 'a.txt' }).catch(() => 'cut');
    await summarizer.called(1);
    await app.close({ deadlineMs: 20 });
    expect(await pending).to.equal('cut');
    expect(summarizer.aborted).to.have.lengthOf(1);
  });

  it('does not wait for idle connections, nor for half a request', async () => {
    const app = await startApp();
    await (await app.fetch('/health')).text();
    const { received } = rawConnection(app, 'GET /hea');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await app.close({ deadlineMs: 60_000 });
    expect(await received).to.not.include('200');
  });
});

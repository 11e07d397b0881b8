import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Agent } from 'undici';
import { ServiceClient } from '../../src/service/service-client.ts';
import { serviceFetch } from '../../src/service/service-fetch.ts';
import { type NotServing, notServing, sharedWaking, type Waking } from '../../src/service/waking.ts';

type Answer = [status: number, type: string, body: string];

const ASLEEP: Answer = [503, 'text/html', '<html><h1>503 Service Temporarily Unavailable</h1></html>'];
const PAGE: Answer = [200, 'application/json', '{"files":[],"truncated":false}'];

describe('a service that sleeps', function () {
  this.timeout(20_000);
  let server: Server;
  let dispatcher: Agent;
  /** What is answered next; the last one stays. */
  let answers: Answer[];
  let asked: number;
  let woken: number;
  let told: NotServing[];
  const signal = new AbortController().signal;
  const handle: RequestListener = (_, response) => {
    const [status, type, body] = answers.length > 1 ? answers.shift()! : answers[0]!;
    asked++;
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  const waking = (more: Partial<Waking> = {}): Waking => ({
    wake: async () => void woken++,
    onWaking: (why) => void told.push(why),
    ...more,
  });
  const service = (given: Waking | undefined = waking()) => ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    dispatcher,
    version: '0.0.0',
    waking: given,
  });
  const files = (given?: Waking) =>
    new ServiceClient(service(given)).files({ prefix: '', limit: 1 }, signal).catch((error) => error);

  before((done) => {
    server = createServer(handle).listen(0, '127.0.0.1', done);
  });
  beforeEach(() => {
    dispatcher = new Agent();
    asked = 0;
    woken = 0;
    told = [];
  });
  afterEach(() => dispatcher.destroy());
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  it('is told apart from other servers by its answer', () => {
    expect(notServing(503, 'text/html')).to.equal('asleep');
    expect(notServing(502, 'text/html; charset=utf-8')).to.equal('replaced');
    expect(notServing(503, 'application/json; charset=utf-8')).to.equal('replaced');
    for (const [status, type] of [
      [502, 'application/json'],
      [503, 'text/plain'],
      [503, undefined],
      [500, 'text/html'],
      [504, 'text/html'],
      [404, 'text/html'],
    ] as const) {
      expect(notServing(status, type), `${status} ${type}`).to.equal(undefined);
    }
  });

  it('is woken once and asked again', async () => {
    answers = [ASLEEP, [503, 'application/json', '{"status":"draining"}'], PAGE];
    expect(await files()).to.deep.equal({ files: [], truncated: false });
    expect({ asked, woken, told }).to.deep.equal({ asked: 3, woken: 1, told: ['asleep'] });
  });

  it('is woken for an MCP client, too', async () => {
    answers = [ASLEEP, PAGE];
    const { url, ...rest } = service();
    const answer = await serviceFetch({ url, ...rest })(`${url}/mcp`, { method: 'POST', body: '{}' });
    expect(answer.status).to.equal(200);
    expect({ asked, woken }).to.deep.equal({ asked: 2, woken: 1 });
  });

  it('is not waited for without end', async () => {
    answers = [ASLEEP];
    const error = await files(waking({ limitMs: 500 }));
    expect(error).to.include({ code: 'asleep', exitCode: 5 });
    expect(error.suggestions.join()).to.include('mcp-s3 doctor');
    expect(asked).to.equal(2);
  });

  it('fails at once where nothing says that it may sleep, and where the answer is of another kind', async () => {
    answers = [ASLEEP];
    const plain = new ServiceClient({ ...service(), waking: undefined });
    expect(await plain.files({ prefix: '', limit: 1 }, signal).catch((error) => error)).to.include({
      code: 'http_503',
      exitCode: 1,
    });
    answers = [[503, 'text/plain', 'no healthy upstream']];
    expect(await files()).to.include({ code: 'http_503' });
    expect({ asked, woken }).to.deep.equal({ asked: 2, woken: 0 });
  });

  it('says that it sleeps, and is not woken for that', async () => {
    answers = [ASLEEP];
    expect(await new ServiceClient(service()).health(signal)).to.equal('asleep');
    const unknown = new ServiceClient({ ...service(), waking: undefined });
    expect(await unknown.health(signal)).to.equal('unavailable');
    answers = [[502, 'text/html', '<html>']];
    expect(await new ServiceClient(service()).health(signal)).to.equal('unavailable');
    expect({ asked, woken, told }).to.deep.equal({ asked: 3, woken: 0, told: [] });
  });

  it('stops waiting at Ctrl-C', async () => {
    answers = [ASLEEP];
    const controller = new AbortController();
    const interrupted = new Error('interrupted');
    const client = new ServiceClient(service(waking({ onWaking: () => controller.abort(interrupted) })));
    const error = await client.files({ prefix: '', limit: 1 }, controller.signal).catch((reason) => reason);
    expect(error).to.equal(interrupted);
  });

  it('is woken once for requests that come together, and anew when it may have slept again', async () => {
    let now = 0;
    const shared = sharedWaking(waking(), () => now);
    const round = () =>
      Promise.all([1, 2, 3].flatMap(() => [shared.onWaking('asleep'), shared.wake!(signal)]));
    await round();
    expect({ woken, told: told.length }).to.deep.equal({ woken: 1, told: 1 });
    now = 10 * 60_000;
    await round();
    expect({ woken, told: told.length }).to.deep.equal({ woken: 2, told: 2 });
  });
});

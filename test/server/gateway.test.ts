import { expect } from 'chai';
import { TokenBucket } from '../../server/http/gateway/token-bucket.ts';
import { closeApps, startApp, TEST_KEY } from '../support/app.ts';

/** A clock that stands still until it is moved. */
function stoppedClock() {
  let now = 1_000_000;
  return { wall: () => now, monotonic: () => now, pass: (milliseconds: number) => (now += milliseconds) };
}

async function statuses(count: number, request: () => Promise<Response>): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i++) {
    const response = await request();
    await response.arrayBuffer();
    answers.push(response.status);
  }
  return answers;
}

describe('gateway rules', () => {
  afterEach(closeApps);

  for (const [name, key] of [
    ['no key', undefined],
    ['a wrong key', 'wrong'],
    ['an empty key', ''],
    ['the beginning of the key', TEST_KEY.slice(0, -1)],
  ] as const) {
    it(`refuses ${name} on every route`, async () => {
      const app = await startApp({ limits: {} });
      for (const route of ['/health', '/files', '/file?key=a', '/mcp', '/openapi.json', '/nowhere']) {
        const response = await fetch(
          app.url + route,
          key === undefined ? {} : { headers: { 'x-api-key': key } },
        );
        expect(response.status, route).to.equal(403);
        expect(await response.json()).to.deep.equal({ message: 'Forbidden' });
        expect(response.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
      }
    });
  }

  it('lets the key in', async () => {
    const app = await startApp({ limits: {} });
    expect((await app.fetch('/health')).status).to.equal(200);
  });

  it('answers OAuth discovery with 404 also without a key, so that clients start no login', async () => {
    const app = await startApp({ limits: {} });
    const response = await fetch(`${app.url}/.well-known/oauth-protected-resource/mcp`);
    expect(response.status).to.equal(404);
    expect(await response.json()).to.have.nested.property('error.code', 'no_such_route');
  });

  it('asks for no key where there is no authentication, and still throttles', async () => {
    const app = await startApp({
      clock: stoppedClock(),
      gateway: { limits: limits({ burst: 1 }), authenticate: undefined as never },
    });
    expect(await statuses(2, () => fetch(`${app.url}/health`))).to.deep.equal([200, 429]);
  });

  it('takes a burst and then the rate, over all REST routes together', async () => {
    const clock = stoppedClock();
    const app = await startApp({ clock, limits: { rateLimit: 10, burst: 5 } });
    const routes = ['/health', '/files', '/openapi.json'];
    let turn = 0;
    const next = () => app.fetch(routes[turn++ % routes.length]!);
    expect(await statuses(7, next)).to.deep.equal([200, 200, 200, 200, 200, 429, 429]);
    clock.pass(100);
    expect(await statuses(2, next)).to.deep.equal([200, 429]);
    clock.pass(60_000);
    expect(await statuses(6, next)).to.deep.equal([200, 200, 200, 200, 200, 429]);
  });

  it('says it in the words of API Gateway', async () => {
    const app = await startApp({ clock: stoppedClock(), limits: { burst: 1 } });
    await app.fetch('/health');
    const response = await app.fetch('/health');
    expect(await response.json()).to.deep.equal({ message: 'Too Many Requests' });
    expect(response.headers.get('x-request-id')).to.be.a('string');
  });

  it('throttles /mcp apart from the REST routes', async () => {
    const app = await startApp({ clock: stoppedClock(), limits: { burst: 1, mcpBurst: 2 } });
    const ping = () => app.fetch('/mcp', { method: 'DELETE' });
    expect(await statuses(3, ping)).to.deep.equal([405, 405, 429]);
    expect(await statuses(2, () => app.fetch('/health'))).to.deep.equal([200, 429]);
  });

  it('keeps a bucket for each client, with limits of its own', async () => {
    const clients: Record<string, { id: string; name: string; limits?: { burst: number } }> = {
      one: { id: '1', name: 'one' },
      two: { id: '2', name: 'two', limits: { burst: 3 } },
    };
    const app = await startApp({
      clock: stoppedClock(),
      gateway: { authenticate: (key) => clients[key ?? ''], limits: limits({ burst: 1 }) },
    });
    const as = (key: string) => () => fetch(`${app.url}/health`, { headers: { 'x-api-key': key } });
    expect(await statuses(2, as('one'))).to.deep.equal([200, 429]);
    expect(await statuses(4, as('two'))).to.deep.equal([200, 200, 200, 429]);
  });

  it('takes a rate of 0 for no limit', async () => {
    const app = await startApp({ clock: stoppedClock(), limits: { rateLimit: 0, burst: 1 } });
    expect(await statuses(20, () => app.fetch('/health'))).to.not.include(429);
  });

  it('answers a used-up quota, which throttled requests do not use', async () => {
    let left = 2;
    const clock = stoppedClock();
    const app = await startApp({
      clock,
      gateway: { usage: { take: () => left-- > 0 }, limits: limits({ burst: 1 }) },
    });
    expect(await statuses(3, () => app.fetch('/health'))).to.deep.equal([200, 429, 429]);
    clock.pass(1000);
    expect((await app.fetch('/health')).status).to.equal(200);
    clock.pass(1000);
    const refused = await app.fetch('/health');
    expect(refused.status).to.equal(429);
    expect(await refused.json()).to.deep.equal({ message: 'Limit Exceeded' });
  });

  it('holds the order key, throttle, quota, body', async () => {
    const app = await startApp({ clock: stoppedClock(), limits: { burst: 1 } });
    const wrongKey = await app.summarize('{bad', { 'x-api-key': 'wrong' });
    expect(wrongKey.status).to.equal(403);
    expect((await app.summarize('{bad')).status).to.equal(400);
    expect((await app.summarize('{bad')).status).to.equal(429);
  });

  for (const [name, body] of [
    ['malformed JSON', '{"file_key":'],
    ['no file_key', '{}'],
    ['a field that does not exist', '{"file_key":"a.txt","words":3}'],
    ['a value of another type', '{"file_key":"a.txt","max_words":"many"}'],
    ['an array', '[]'],
    ['nothing', ''],
  ] as const) {
    it(`answers a body that is ${name} in the words of API Gateway`, async () => {
      const app = await startApp({ files: { 'a.txt': 'text' }, limits: {} });
      const response = await app.summarize(body);
      expect(response.status).to.equal(400);
      expect(await response.json()).to.deep.equal({ message: 'Invalid request body' });
    });
  }
});

describe('TokenBucket', () => {
  it('fills by the fraction of a second and never above the burst', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).to.deep.equal([true, true, false]);
    expect(bucket.take(99)).to.equal(false);
    expect(bucket.take(100)).to.equal(true);
    expect([bucket.take(1e9), bucket.take(1e9), bucket.take(1e9)]).to.deep.equal([true, true, false]);
  });
});

function limits(some: object) {
  return { rateLimit: 10, burst: 5, mcpRateLimit: 50, mcpBurst: 20, quota: 1000, ...some };
}

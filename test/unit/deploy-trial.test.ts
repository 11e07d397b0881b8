import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Agent } from 'undici';
import { hold } from '../../src/deploy/hold.ts';
import { smokeTest } from '../../src/deploy/smoke.ts';
import type { TrialCheck } from '../../src/deploy/trial-check.ts';
import type { KeeperRequest, KeeperState } from '../../src/targets/aws/keeper.ts';

const signal = new AbortController().signal;

describe('the trial of a deployment', () => {
  const dispatcher = new Agent();
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  before(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const json = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const healthy = (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-api-key'] !== 'key') return json(response, 403, { message: 'Forbidden' });
    if (request.url === '/v1/health') return json(response, 200, { status: 'healthy' });
    if (request.url === '/v1/openapi.json') return json(response, 200, { info: { version: '1.0.0' } });
    if (request.url === '/v1/files?limit=1') return json(response, 200, { files: [] });
    return json(response, 404, { message: 'Not Found' });
  };
  const run = (patienceMs = 0): Promise<TrialCheck[]> =>
    smokeTest({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      apiKey: 'key',
      version: '1.0.0',
      dispatcher,
      signal,
      patienceMs,
    });
  const states = (checks: TrialCheck[]) => checks.map(({ name, state }) => `${name} ${state}`);

  it('passes where health, version, bucket and gateway are as they should be', async () => {
    answer = healthy;
    expect(states(await run())).to.deep.equal([
      'health passed',
      'version passed',
      'files passed',
      'no_key passed',
    ]);
  });

  it('waits for a key that is not known yet', async () => {
    let refusals = 1;
    answer = (request, response) =>
      refusals-- > 0 ? json(response, 403, { message: 'Forbidden' }) : healthy(request, response);
    expect(states(await run(60_000))[0]).to.equal('health passed');
  });

  const broken: [string, number, object, Partial<TrialCheck>][] = [
    ['blames the service for 503', 503, { status: 'draining' }, { state: 'failed', blamesService: true }],
    [
      'blames the service for 404: the stage is not taken off the path',
      404,
      {},
      { state: 'failed', blamesService: true },
    ],
    ['blames the service for another answer', 200, { hello: 1 }, { state: 'failed', blamesService: true }],
    [
      'does not blame it for a key that is refused',
      403,
      { message: 'Forbidden' },
      { state: 'failed', blamesService: false },
    ],
    [
      'says nothing where the quota is used up',
      429,
      { message: 'Limit Exceeded' },
      { state: 'unknown', blamesService: false },
    ],
  ];
  for (const [what, status, body, expected] of broken) {
    it(what, async () => {
      answer = (_, response) => json(response, status, body);
      const checks = await run();
      expect(checks).to.have.lengthOf(1);
      expect(checks[0]).to.include({ name: 'health', ...expected });
      expect(checks[0]!.seen).to.include(String(status));
    });
  }

  it('says nothing where there is no way to it', async () => {
    answer = (request) => request.destroy();
    expect((await run())[0]).to.include({ name: 'health', state: 'unknown' });
  });

  it('finds another version behind the endpoint, and a gateway that asks for no key', async () => {
    answer = (request, response) => {
      if (request.url === '/v1/openapi.json') return json(response, 200, { info: { version: '0.9.0' } });
      request.headers['x-api-key'] = 'key';
      return healthy(request, response);
    };
    expect(states(await run())).to.deep.equal([
      'health passed',
      'version failed',
      'files passed',
      'no_key failed',
    ]);
  });
});

describe('holding a service awake', () => {
  const keeper = (states: KeeperState['state'][]) => {
    const asked: KeeperRequest[] = [];
    const ask = async (request: KeeperRequest) => {
      asked.push(request);
      const state = request.action === 'status' && states.length > 1 ? states.shift()! : states[0]!;
      return { state };
    };
    return { asked, ask };
  };
  const NOON = Date.parse('2026-11-24T12:00:00Z');

  it('lets one that is awake stay so for an hour, and lets go', async () => {
    const { asked, ask } = keeper(['awake']);
    const held = await hold(ask, { now: () => NOON, onWaking: () => expect.fail('it is awake'), signal });
    expect(held.was).to.equal('awake');
    await held.release(signal);
    expect(asked).to.deep.equal([
      { action: 'status' },
      { action: 'hold', until: '2026-11-24T13:00:00.000Z' },
      { action: 'release' },
    ]);
  });

  it('wakes one that sleeps, and waits for it', async () => {
    let told = 0;
    const { ask } = keeper(['asleep', 'awake']);
    const held = await hold(ask, { now: () => NOON, onWaking: () => told++, signal });
    expect(held.was).to.equal('asleep');
    expect(told).to.equal(1);
  });

  it('goes on where it does not come up: the update may heal it', async () => {
    let time = NOON;
    const { ask } = keeper(['asleep', 'waking']);
    const now = () => (time += 5 * 60_000);
    expect((await hold(ask, { now, onWaking: () => {}, signal })).was).to.equal('ill');
  });
});

import { once } from 'node:events';
import { expect } from 'chai';
import { Agent } from 'undici';
import { Forwarder } from '../../src/bridge/forwarder.ts';
import {
  type Reply,
  result,
  type ScriptedService,
  scriptedService,
  status,
  stream,
} from '../support/mcp-service.ts';
import { MemoryChannel } from '../support/memory-channel.ts';

const OK = { tools: [] };
const STATELESS = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const BUSY = status(429, { message: 'Too Many Requests' });
const ASLEEP = status(503, '<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>');

describe('forwarding to a service', () => {
  let service: ScriptedService | undefined;
  let dispatcher: Agent;
  let channel: MemoryChannel;
  let log: string[];
  /** Milliseconds of the forwarder's own clock, which its waits move on. */
  let clock: number;
  const stop = new AbortController();

  async function forwardTo(url: string, apiKey?: string): Promise<void> {
    const options = { connection: { url, apiKey }, dispatcher, version: '1.2.3', signal: stop.signal };
    const wait = async (milliseconds: number) => {
      clock += milliseconds;
    };
    await new Forwarder(channel, {
      ...options,
      log: (line) => log.push(line),
      now: () => clock,
      wait,
    }).start();
  }
  async function serve(...replies: Reply[]): Promise<ScriptedService> {
    service = await scriptedService(...replies);
    await forwardTo(service.url, 'the-key');
    return service;
  }

  beforeEach(() => {
    dispatcher = new Agent({ connections: 16 });
    channel = new MemoryChannel();
    log = [];
    clock = 0;
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await service?.close();
    service = undefined;
  });

  it('keeps message and id, and says in headers what the first generation keeps per connection', async () => {
    const { asked } = await serve(result({ protocolVersion: '2025-11-25' }), result(OK));
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'é', version: '1' },
    };
    await channel.ask('one', 'initialize', params);
    expect(await channel.ask(2, 'tools/list')).to.deep.equal({ jsonrpc: '2.0', id: 2, result: OK });
    expect(asked[0]!.message).to.deep.equal({ jsonrpc: '2.0', id: 'one', method: 'initialize', params });
    expect(asked[0]!.headers).not.to.have.property('mcp-protocol-version');
    expect(asked[1]!.headers).to.include({
      'mcp-protocol-version': '2025-11-25',
      'x-api-key': 'the-key',
      accept: 'application/json, text/event-stream',
    });
    expect(asked[1]!.headers).not.to.have.property('mcp-method');
  });

  it('says in headers what a stateless request says of itself', async () => {
    const { asked } = await serve(result(OK));
    await channel.ask(1, 'tools/call', { _meta: STATELESS, name: 'read_file', arguments: {} });
    await channel.ask(2, 'resources/read', { _meta: STATELESS, uri: 's3://bucket/größe.txt' });
    expect(asked[0]!.headers).to.include({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'read_file',
    });
    const name = Buffer.from('s3://bucket/größe.txt').toString('base64');
    expect(asked[1]!.headers['mcp-name']).to.equal(`=?base64?${name}?=`);
  });

  it('hands on progress as it comes, and many requests at once', async () => {
    const progress = () => ({ jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } });
    const answers: (() => void)[] = [];
    const both = await serve(({ message }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(progress())}\n\n`);
      answers.push(() =>
        response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} })}\n\n`),
      );
      if (answers.length === 2) for (const answer of answers.reverse()) answer();
    });
    await Promise.all([channel.ask(1, 'tools/call', {}), channel.ask(2, 'tools/call', {})]);
    expect(both.asked).to.have.lengthOf(2);
    expect(channel.received.filter(({ method }) => method === 'notifications/progress')).to.have.lengthOf(2);
    expect(channel.received.slice(0, 1)[0]).to.have.property('method');
  });

  it('ends the request that the client cancels, and answers it no more', async () => {
    let gone = () => {};
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    await serve((_, response) => void once(response, 'close').then(() => gone()), result(OK));
    void channel.ask(7, 'tools/call', {});
    while (service!.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    channel.tell('notifications/cancelled', { requestId: 7 });
    await left;
    await channel.ask(8, 'tools/list');
    expect(channel.received.map(({ id }) => id)).to.deep.equal([8]);
    expect(service!.asked.map(({ message }) => message.method)).to.deep.equal(['tools/call', 'tools/list']);
  });

  it('repeats what was turned away, after the time it was told', async () => {
    const { asked } = await serve(
      BUSY,
      status(429, { message: 'Too Many Requests' }, { 'retry-after': '7' }),
      result(OK),
    );
    expect(await channel.ask(1, 'tools/call', {})).to.have.property('result');
    expect(asked).to.have.lengthOf(3);
    expect(clock).to.be.within(7050, 7200);
  });

  it('gives up on a quota that is used up, and on a service that stays busy', async () => {
    await serve(status(429, { message: 'Limit Exceeded' }), BUSY);
    const used = await channel.ask(1, 'tools/list');
    expect(used.error!.message).to.include('quota').and.include('00:00 UTC');
    expect(used.error!.data).to.have.property('code', 'quota_exceeded');
    expect((await channel.ask(2, 'tools/list')).error!.data).to.have.property('code', 'throttled');
    expect(clock).to.be.within(170_000, 181_000);
  });

  it('waits for a service that sleeps, three minutes at most', async () => {
    await serve(ASLEEP, ASLEEP, result(OK), ASLEEP);
    expect(await channel.ask(1, 'tools/call', {})).to.have.property('result');
    expect((await channel.ask(2, 'tools/list')).error!.message).to.include('503');
    expect(clock).to.be.within(180_000, 195_000);
    expect(log.slice(0, 2).join('; ')).to.match(/waking up.*; .*awake/);
  });

  it('says which key is missing or wrong', async () => {
    service = await scriptedService(status(403, { message: 'Forbidden' }));
    await forwardTo(service.url);
    expect((await channel.ask(1, 'initialize', {})).error!.message).to.match(/MCP_S3_API_KEY is not set/);
    await forwardTo(service.url, 'wrong-key');
    const { message, data } = (await channel.ask(2, 'initialize', {})).error!;
    expect(message)
      .to.match(/refused the API key in MCP_S3_API_KEY/)
      .and.not.include('wrong-key');
    expect(data).to.have.property('code', 'forbidden');
  });

  it('says where nothing listens, after having tried for a while', async () => {
    const gone = await scriptedService(result(OK));
    await gone.close();
    await forwardTo(gone.url);
    const { message, data } = (await channel.ask(1, 'tools/list')).error!;
    expect(message).to.include(gone.url).and.include('nothing listens there');
    expect(data).to.have.property('code', 'unreachable');
    expect(clock).to.be.within(10_000, 14_000);
  });

  it('repeats a request that only looks when its answer was cut, and leaves a call to the caller', async () => {
    const cut = stream();
    const { asked } = await serve(cut, result(OK), cut);
    expect(await channel.ask(1, 'tools/list')).to.have.property('result');
    expect((await channel.ask(2, 'tools/call', {})).error!.data).to.have.property('code', 'cut_short');
    expect(asked).to.have.lengthOf(3);
  });

  it("hands on the service's own refusals under the request's id", async () => {
    const error = { code: -32000, message: 'the body is above its limit' };
    await serve(status(413, { jsonrpc: '2.0', error, id: null }), status(500, '<html></html>'));
    expect(await channel.ask(5, 'tools/call', {})).to.deep.equal({ jsonrpc: '2.0', error, id: 5 });
    expect((await channel.ask(6, 'tools/call', {})).error!.message).to.include('500');
  });

  it('delivers notifications, and answers them with nothing', async () => {
    const taken: Reply = (_, response) => void response.writeHead(202).end();
    const { asked } = await serve(taken, result(OK));
    channel.tell('notifications/initialized');
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await channel.ask(1, 'tools/list');
    expect(channel.received).to.have.lengthOf(1);
  });
});

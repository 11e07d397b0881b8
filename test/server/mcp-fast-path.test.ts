import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { request } from 'undici';
import { type Core, createCore } from '../../server/core.ts';
import { TOOLS } from '../../server/mcp/tool-list.ts';
import { type AskedOfMcp, type Json, META, perfect, serveMcp } from '../support/mcp-ways.ts';

const COMPARED = ['content-type', 'cache-control', 'x-accel-buffering', 'allow', 'mcp-session-id'];

/** Values that stand where others are expected. */
const ODD = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  'x',
  'é\ud800',
  [],
  {},
  { progressToken: 1 },
  { x: 5 },
];
const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>, fc.constantFrom(...ODD));
const headerValue = fc.oneof(
  fc.constantFrom(
    '*/*',
    'application/json',
    'text/event-stream',
    'application/json; charset=utf-8',
    'application/json;charset=latin1',
    'text/event-stream,application/json;q=0.1',
    '2025-06-18',
    '2024-10-07',
    '2026-07-28',
    '2027-01-01',
    'tools/call',
    'tools/list',
    'read_file',
    '=?base64?cmVhZF9maWxl?=',
    ' read_file ',
    '',
  ),
  fc.string({ unit: fc.constantFrom(...'aZ09-/;=,. ') }),
);

/** Places of a request that can be changed. */
const PLACES = [
  'jsonrpc',
  'id',
  'method',
  'params',
  'extra',
  'params.name',
  'params.arguments',
  'params.extra',
  'params.task',
  'params._meta',
  'params.cursor',
  'params.arguments.file_key',
  'params.arguments.lines',
  'params.arguments.__proto__',
  'params._meta.progressToken',
  `params._meta.traceparent`,
  ...['protocolVersion', 'clientCapabilities', 'clientInfo', 'logLevel', 'related-task'].map(
    (name) => `params._meta.${META}/${name}`,
  ),
  `params._meta.${META}/clientInfo.title`,
  `params._meta.${META}/clientInfo.version`,
  `params._meta.${META}/clientCapabilities.roots`,
];
const HEADERS = [
  'accept',
  'content-type',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
];

type Change = (asked: AskedOfMcp) => AskedOfMcp;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ place: fc.constantFrom(...PLACES), value: odd }).map(
    ({ place, value }): Change =>
      ({ headers, body }) => ({ headers, body: withValue(body, place, value) as Json }),
  ),
  fc.record({ name: fc.constantFrom(...HEADERS), value: fc.option(headerValue) }).map(
    ({ name, value }): Change =>
      ({ headers: { [name]: _, ...headers }, body }) => ({
        headers: value === null ? headers : { ...headers, [name]: value },
        body,
      }),
  ),
  fc.constant<Change>(({ headers, body }) => ({ headers, body: [body] as unknown as Json })),
);

/** A copy with another value at the place; the names of metadata hold dots themselves. */
function withValue(within: unknown, place: string, value: unknown): unknown {
  if (place === '') return value;
  if (typeof within !== 'object' || within === null || Array.isArray(within)) return within;
  const name = [`${META}/[^.]*`, '[^.]*']
    .map((form) => new RegExp(`^${form}`).exec(place)?.[0])
    .find(Boolean)!;
  const inner = (within as Json)[name];
  const changed = { ...within };
  // An own property, also where the name is `__proto__`.
  Object.defineProperty(changed, name, {
    value: withValue(inner, place.slice(name.length + 1), value),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return changed;
}

const call = fc.constantFrom<Json>(
  { name: 'read_file', arguments: { file_key: 'a.txt' } },
  { name: 'read_file', arguments: { file_key: 'a.txt', from_line: 2, lines: 1 } },
  { name: 'read_file', arguments: { file_key: 'missing.txt' } },
  { name: 'read_file', arguments: { file_key: '' } },
  { name: 'read_file', arguments: { file_key: 'binary.bin' } },
  { name: 'file_info', arguments: { file_key: 'odd \u2028é.txt' } },
  { name: 'list_files' },
  { name: 'list_files', arguments: {} },
  { name: 'list_files', arguments: { limit: 1 } },
  { name: 'no_such_tool', arguments: {} },
);
const asked = fc
  .record({
    generation: fc.constantFrom('session' as const, 'stateless' as const),
    method: fc.constantFrom('tools/call', 'tools/call', 'tools/list', 'prompts/list', 'ping'),
    call,
    id: fc.oneof(fc.constant(7), fc.integer(), fc.string({ unit: 'binary' })),
    changes: fc.array(change, { maxLength: 2 }),
  })
  .map(({ generation, method, call, id, changes }) => {
    const one = perfect(generation, method, method === 'tools/call' ? call : undefined);
    return changes.reduce<AskedOfMcp>((all, each) => each(all), { ...one, body: { ...one.body, id } });
  });

describe('the quick way of /mcp', () => {
  let folder: string;
  let core: Core;
  const servers: { close(): void }[] = [];
  const urls: Record<'quick' | 'library', string> = { quick: '', library: '' };
  let quickWrites: number;

  async function serve(quick: boolean): Promise<string> {
    const server = await serveMcp(core, TOOLS, quick);
    servers.push(server);
    return server.url;
  }

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-quick-'));
    await writeFile(path.join(folder, 'a.txt'), 'one\ntwo "quoted" \u2028 \\ é\nthree\n');
    await writeFile(path.join(folder, 'odd \u2028é.txt'), 'x');
    await writeFile(path.join(folder, 'binary.bin'), Buffer.from([0x89, 0, 1, 2, 0, 0xff]));
    const logDestination = new Writable({ write: (_chunk, _encoding, done) => done() });
    core = await createCore({ storage: { kind: 'folder', folder }, logDestination, version: '1' });
    urls.quick = await serve(true);
    urls.library = await serve(false);
  });

  after(async () => {
    for (const server of servers) server.close();
    core.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function answerOf(side: 'quick' | 'library', { headers, body }: AskedOfMcp) {
    const answer = await request(urls[side], { method: 'POST', headers, body: JSON.stringify(body) });
    // Only ours know their length beforehand.
    const isOurs = answer.statusCode === 200 && answer.headers['content-length'] !== undefined;
    if (side === 'quick' && isOurs) quickWrites++;
    return {
      status: answer.statusCode,
      headers: COMPARED.map((name) => answer.headers[name]),
      body: await answer.body.text(),
    };
  }

  it('answers as the library does, whatever is asked', async () => {
    quickWrites = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        expect(await answerOf('quick', one)).to.deep.equal(await answerOf('library', one));
      }),
      { numRuns: 300, seed: 20260728 },
    );
    expect(quickWrites).to.be.above(50);
  });

  for (const generation of ['session', 'stateless'] as const) {
    it(`answers as the library does with any one place changed (${generation})`, async () => {
      const whole = [
        perfect(generation, 'tools/call', { name: 'list_files', arguments: {} }),
        perfect(generation, 'tools/call', { name: 'read_file', arguments: { file_key: 'a.txt' } }),
        perfect(generation, 'tools/list'),
      ];
      for (const place of PLACES) {
        const changed = whole.flatMap(({ headers, body }) =>
          ODD.map((value) => ({ headers, body: withValue(body, place, value) as Json })),
        );
        await Promise.all(
          changed.map(async (one) => {
            const [quick, library] = await Promise.all([answerOf('quick', one), answerOf('library', one)]);
            expect(quick, JSON.stringify(one.body)).to.deep.equal(library);
          }),
        );
      }
    });
  }

  for (const generation of ['session', 'stateless'] as const) {
    it(`takes what is perfect, and nothing else (${generation})`, async () => {
      const good = { name: 'read_file', arguments: { file_key: 'a.txt' } };
      const taken = async (one: AskedOfMcp): Promise<boolean> => {
        quickWrites = 0;
        expect(await answerOf('quick', one)).to.deep.equal(await answerOf('library', one));
        return quickWrites === 1;
      };
      expect(await taken(perfect(generation, 'tools/call', good))).to.equal(true);
      expect(await taken(perfect(generation, 'tools/list'))).to.equal(true);
      expect(await taken(perfect(generation, 'tools/call', { ...good, name: 'no_such_tool' }))).to.equal(
        false,
      );
      expect(await taken(perfect(generation, 'tools/call', { name: 'read_file', arguments: {} }))).to.equal(
        false,
      );
      const { headers, body } = perfect(generation, 'tools/call', good);
      expect(await taken({ headers: { ...headers, accept: 'application/json' }, body })).to.equal(false);
      expect(await taken({ headers, body: { ...body, id: 1.5 } })).to.equal(false);
      expect(await taken({ headers, body: [body] as unknown as Json })).to.equal(false);
      const { params } = body as { params: Json };
      const _meta = { ...(params._meta as Json | undefined), progressToken: 1 };
      expect(await taken({ headers, body: { ...body, params: { ...params, _meta } } })).to.equal(false);
    });
  }
});

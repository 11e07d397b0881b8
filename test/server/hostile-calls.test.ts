import { expect } from 'chai';
import { closeApps, startApp, type TestApp } from '../support/app.ts';

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

const post = (app: TestApp, body: NonNullable<RequestInit['body']>): Promise<Response> =>
  app.fetch('/mcp', { method: 'POST', body, headers: HEADERS });

interface Message {
  id?: unknown;
  result?: { isError?: boolean; content: { text: string }[]; structuredContent?: object };
  error?: { code: number; message: string };
}

/** The message of an answer, whether it came as JSON or as one event. */
async function messageOf(response: Response): Promise<Message> {
  const text = await response.text();
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
}

async function call(app: TestApp, name: unknown, args: unknown): Promise<Message> {
  const params = { name, arguments: args };
  return messageOf(await post(app, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })));
}

const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('hostile calls', () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ files: { 'docs/a.txt': 'one\n', 'secret/b.txt': 'two\n' }, prefixes: ['docs/'] });
  });
  // Whatever was sent, the next call is answered, and nothing failed on our side.
  afterEach(async () => {
    const { result } = await call(app, 'read_file', { file_key: 'docs/a.txt' });
    expect(result?.content[0]?.text).to.equal('one\n');
    expect(app.logLines().filter(({ level }) => level === 'error')).to.deep.equal([]);
  });
  after(closeApps);

  const nested = (open: string, levels: number, close: string) =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;
  const calling = (args: string, more = '') =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":${args}${more}}}`;
  for (const [name, body] of [
    ['an argument of 10,000 arrays', calling(`{"file_key":${nested('[', 10_000, ']')}}`)],
    ['an argument of 10,000 objects', calling(`{"file_key":${nested('{"a":', 10_000, '}')}}`)],
    ['arguments of 10,000 objects', calling(nested('{"a":', 10_000, '}'))],
    [
      'metadata of 10,000 objects',
      calling('{"file_key":"docs/a.txt"}', `,"_meta":${nested('{"a":', 10_000, '}')}`),
    ],
    ['a batch of 200,000 arrays', nested('[', 200_000, ']')],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const response = await post(app, body);
      expect(response.status).to.equal(400);
      const { error } = await messageOf(response);
      expect(error).to.have.property('code', -32600);
      expect(error!.message).to.include('levels deep');
    });
  }

  it('takes the nesting that a message may have', async () => {
    const meta = `,"_meta":${nested('{"a":', 90, '}')}`;
    const { result } = await messageOf(await post(app, calling('{"file_key":"docs/a.txt"}', meta)));
    expect(result?.content[0]?.text).to.equal('one\n');
  });

  it('refuses 10,000 levels at /summarize', async () => {
    const response = await app.summarize(`{"file_key":${nested('[', 10_000, ']')}}`);
    expect(response.status).to.equal(400);
    expect(await response.json()).to.have.nested.property('error.code', 'bad_request');
  });

  for (const [name, body, code] of [
    ['half a document', `${'['.repeat(100_000)}`, -32700],
    ['a value', '5', -32600],
    ['null', 'null', -32600],
    ['an empty batch', '[]', -32600],
    ['a batch of 5,000', `[${Array(5000).fill('{"jsonrpc":"2.0","id":1,"method":"ping"}')}]`, -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
    ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":5}', -32600],
    ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}', -32600],
    ['a prototype', '{"__proto__":{"x":1},"jsonrpc":"2.0","id":1,"method":"ping"}', -32600],
  ] as const) {
    it(`refuses a body that is ${name}`, async () => {
      const response = await post(app, body);
      expect(response.status).to.equal(400);
      expect((await messageOf(response)).error).to.have.property('code', code);
    });
  }

  for (const [name, bytes] of [
    ['bytes that no character has', Buffer.from([0xff, 0xfe])],
    ['half a character', Buffer.from([0xe2, 0x82])],
    ['an overlong slash', Buffer.from([0xc0, 0xaf])],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ] as const) {
    it(`refuses a body that is not UTF-8: ${name}`, async () => {
      const [before, after] = calling('{"file_key":"docs/\0"}').split('\0');
      const rpc = await post(app, Buffer.concat([Buffer.from(before!), bytes, Buffer.from(after!)]));
      expect(rpc.status).to.equal(400);
      const { error } = await messageOf(rpc);
      expect([error?.code, error?.message.includes('UTF-8')]).to.deep.equal([-32700, true]);
      const rest = await app.fetch('/summarize', {
        method: 'POST',
        headers: HEADERS,
        body: Buffer.concat([Buffer.from('{"file_key":"docs/'), bytes, Buffer.from('"}')]),
      });
      expect(rest.status).to.equal(400);
      expect(await rest.text()).to.include('not valid UTF-8');
    });
  }

  for (const name of ['delete_everything', '__proto__', 'constructor', 'toString', '', 'READ_FILE']) {
    it(`knows no tool ${JSON.stringify(name)}`, async () => {
      expect((await call(app, name, {})).error).to.deep.equal({
        code: -32602,
        message: `Unknown tool: ${name}`,
      });
    });
  }

  it('does not send a long name back', async () => {
    const { error } = await call(app, 'x'.repeat(100_000), {});
    expect(error?.message).to.have.length.below(200);
  });

  for (const [name, args] of [
    ['read_file', null],
    ['read_file', []],
    ['read_file', 'docs/a.txt'],
    [5, {}],
    [null, {}],
  ] as const) {
    it(`refuses ${JSON.stringify(args)} for the arguments of ${name} by the protocol`, async () => {
      expect((await call(app, name, args)).error).to.have.property('code', -32602);
    });
  }

  for (const [tool, args, word] of [
    ['read_file', undefined, 'file_key'],
    ['read_file', { file_key: 5 }, 'file_key'],
    ['read_file', { file_key: { toString: 'docs/a.txt' } }, 'file_key'],
    ['read_file', { file_key: ['docs/a.txt'] }, 'file_key'],
    ['read_file', { file_key: '' }, 'file_key'],
    ['read_file', { file_key: 'é'.repeat(1000) }, 'file_key'],
    ['read_file', { file_key: 'docs/\ud800' }, 'Unicode'],
    ['read_file', { file_key: 'docs/a.txt', from_line: -1 }, 'from_line'],
    ['read_file', { file_key: 'docs/a.txt', from_line: 1.5 }, 'from_line'],
    ['read_file', { file_key: 'docs/a.txt', from_line: 1e308 }, 'from_line'],
    ['read_file', { file_key: 'docs/a.txt', lines: '2' }, 'lines'],
    ['read_files', { file_keys: Array(10_000).fill('docs/a.txt') }, 'file_keys'],
    ['list_files', { limit: 0 }, 'limit'],
    ['list_files', { cursor: 'A'.repeat(500_000) }, 'cursor'],
    ['list_files', { cursor: '!!' }, 'cursor'],
    ['list_files', { cursor: cursorOf('one') }, 'cursor'],
    ['list_files', { cursor: cursorOf('one', 2) }, 'cursor'],
    ['list_files', { cursor: cursorOf({ a: 1 }) }, 'cursor'],
    ['search_files', { pattern: 'o', cursor: 'A'.repeat(500_000) }, 'cursor'],
    ['search_files', { pattern: 'o', cursor: cursorOf('a', 'b', 'c') }, 'cursor'],
    ['search_files', { pattern: '(', mode: 'regex' }, 'not valid'],
    ['file_info', { file_key: 'docs/a.txt', __proto__x: 1 }, '__proto__x'],
    ['summarize_file', { file_key: 'docs/a.txt', max_words: -5 }, 'max_words'],
  ] as const) {
    it(`tells the model what is wrong with ${tool} of ${JSON.stringify(args)?.slice(0, 60)}`, async () => {
      const { result } = await call(app, tool, args);
      expect(result?.isError).to.equal(true);
      expect(result!.content[0]!.text).to.include(word).and.have.length.below(1000);
    });
  }

  it('leads out of the served prefixes by no cursor', async () => {
    for (const parts of [
      ['secret/', ''],
      ['', 'secret/b.txt'],
      ['docs/../secret/', 'x'],
      ['../../etc/', 'passwd'],
    ]) {
      for (const [tool, more] of [
        ['list_files', {}],
        ['search_files', { pattern: 'two' }],
      ] as const) {
        const { result } = await call(app, tool, { ...more, cursor: cursorOf(...parts) });
        const text = result!.content[0]!.text;
        expect(text).to.not.match(/secret|passwd|two/);
      }
      const listed = await app.fetch(`/files?cursor=${cursorOf(...parts)}`);
      expect(await listed.text()).to.not.match(/secret|passwd/);
    }
  });
});

import { expect } from 'chai';
import { request } from 'undici';
import { closeApps, logLine, requestLine, startApp, type TestApp } from '../support/app.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';
import { CLIENTS, type TestClient } from '../support/mcp-clients.ts';

const STORY =
  'The harbour was closed on Monday because of ice. Ferries to the islands did not sail. ' +
  'The harbour master expects to open the port again on Thursday, when milder air arrives.';

for (const [generation, connect] of Object.entries(CLIENTS)) {
  describe(`/mcp for ${generation}`, () => {
    let clients: TestClient[] = [];
    const clientOf = async (app: TestApp): Promise<TestClient> => {
      const client = await connect(app);
      clients.push(client);
      return client;
    };
    afterEach(async () => {
      await Promise.all(clients.map((client) => client.close()));
      clients = [];
      await closeApps();
    });

    it('offers its tools in one order, with schemas and annotations, and instructions', async () => {
      const client = await clientOf(await startApp({ limits: {} }));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).to.deep.equal([
        'list_files',
        'read_file',
        'read_files',
        'search_files',
        'file_info',
        'summarize_file',
      ]);
      for (const tool of tools) {
        expect(tool.annotations?.readOnlyHint, tool.name).to.equal(true);
        expect(tool.inputSchema).to.include({ type: 'object', additionalProperties: false });
        expect(tool.description!.length).to.be.greaterThan(100);
      }
      // Clients hand the model nothing but the data where there is any: only answers that are data have it.
      const withOutput = tools
        .filter(({ outputSchema }) => outputSchema !== undefined)
        .map(({ name }) => name);
      expect(withOutput).to.deep.equal(['list_files', 'search_files', 'file_info']);
      expect(client.instructions()).to.include('list_files').and.include('"bucket"');
    });

    it('connects, lists and works within the default limits', async () => {
      const app = await startApp({ files: { 'a.txt': STORY }, limits: {} });
      for (let i = 0; i < 3; i++) {
        const client = await clientOf(app);
        await client.listTools();
        expect((await client.callTool('read_file', { file_key: 'a.txt' })).isError).to.equal(false);
        expect(client.exchanges.map(({ status }) => status)).to.not.include(429);
      }
    });

    it('lists files, in pages and by level', async () => {
      const client = await clientOf(
        await startApp({ files: { 'a.txt': 'x', 'b/c.txt': 'xx', 'b/d.txt': '' }, limits: {} }),
      );
      const first = await client.callTool('list_files', { limit: 2 });
      const page = first.structured as { files: { key: string }[]; next_cursor: string };
      expect(page.files.map(({ key }) => key)).to.deep.equal(['a.txt', 'b/c.txt']);
      expect(JSON.parse(first.texts[0]!)).to.deep.equal(page);
      const second = await client.callTool('list_files', { limit: 2, cursor: page.next_cursor });
      expect(second.structured).to.have.nested.property('files[0].key', 'b/d.txt');
      expect(second.structured).to.not.have.property('next_cursor');
      const level = await client.callTool('list_files', { depth: 1 });
      expect(level.structured).to.deep.include({ folders: ['b/'] });
    });

    it('reads by lines, from the end and by bytes, and says how to go on', async () => {
      const text = 'one\ntwo\nthree\nfour\n';
      const client = await clientOf(await startApp({ files: { 'a.txt': text }, limits: {} }));
      const read = async (args: object) =>
        (await client.callTool('read_file', { file_key: 'a.txt', ...args })).texts;
      expect(await read({})).to.deep.equal([text, 'Lines 1 to 4 of 4. This is the end of the file.']);
      expect(await read({ from_line: 2, lines: 1 })).to.deep.equal([
        'two\n',
        'Line 2 of a file of 19 bytes. Go on with from_line 3.',
      ]);
      const [tail, note] = await read({ tail: 1 });
      expect([tail, note!.includes('byte 14')]).to.deep.equal(['four\n', true]);
      expect(await read({ offset: 4, length: 3 })).to.deep.equal([
        'two',
        'From byte 4 of a file of 19 bytes. Go on with offset 7.',
      ]);
    });

    it('keeps every page well below the limit of clients', async () => {
      const lines = Array.from({ length: 30_000 }, (_, i) => `${i} words\n`).join('');
      const client = await clientOf(
        await startApp({ files: { 'a.txt': lines, 'b.txt': 'x'.repeat(90_000) }, limits: {} }),
      );
      const [page, note] = (await client.callTool('read_file', { file_key: 'a.txt' })).texts;
      expect(Buffer.byteLength(page!)).to.be.within(30_000, 40_000);
      const next = Number(/from_line (\d+)/.exec(note!)![1]);
      expect(
        (await client.callTool('read_file', { file_key: 'a.txt', from_line: next, lines: 1 })).texts[0],
      ).to.equal(`${next - 1} words\n`);
      const [giant, giantNote] = (await client.callTool('read_file', { file_key: 'b.txt' })).texts;
      expect(giant!.length).to.be.at.most(40_000);
      expect(giantNote).to.include(`offset ${giant!.length}`);
    });

    it('tells of a file what is known', async () => {
      const client = await clientOf(
        await startApp({
          files: { 'a.txt': 'one\ntwo', 'b.png': Buffer.from('89504e470d0a1a0a00', 'hex') },
          limits: {},
        }),
      );
      const info = await client.callTool('file_info', { file_key: 'a.txt' });
      expect(info.structured).to.include({
        size: 7,
        text: true,
        encoding: 'utf-8',
        lines: 2,
        content_type: 'text/plain',
      });
      expect(JSON.parse(info.texts[0]!)).to.deep.equal(info.structured);
      const image = await client.callTool('file_info', { file_key: 'b.png' });
      expect(image.structured)
        .to.include({ text: false })
        .and.have.property('not_text_because')
        .that.matches(/PNG/i);
    });

    it('summarizes, and reports progress to those who ask', async () => {
      const summarizer = gatedSummarizer({ coverage: 0.5 });
      summarizer.open();
      const app = await startApp({ files: { 'a.txt': STORY }, summarizers: [summarizer], limits: {} });
      const client = await clientOf(app);
      const progress: number[] = [];
      const answer = await client.callTool(
        'summarize_file',
        { file_key: 'a.txt' },
        {
          onprogress: (report) => void progress.push(report.progress),
        },
      );
      expect(answer.texts).to.deep.equal([
        `Summary of ${STORY.length} characters.`,
        'Summary of "a.txt" by gated, from 50% of the file.',
      ]);
      expect(answer.structured).to.equal(undefined);
      expect(progress[0]).to.equal(0);
      const line = await logLine(app, ({ tool }) => tool === 'summarize_file');
      expect(line).to.include({
        route: '/mcp',
        rpc_method: 'tools/call',
        file_key: 'a.txt',
        cached: false,
        model: 'gated',
        input_tokens: 10,
      });
      expect(line).to.have.property('model_ms').that.is.a('number');
      expect(app.logText()).to.not.include('harbour');
    });

    it('gives failures as results that say what to do next', async () => {
      const client = await clientOf(
        await startApp({
          files: { 'report.txt': 'x', 'a.zip': Buffer.from('504b030414000000', 'hex') },
          limits: {},
        }),
      );
      const failed = async (name: string, args: object) => {
        const { isError, texts } = await client.callTool(name, args);
        expect(isError).to.equal(true);
        return texts.join('');
      };
      expect(await failed('read_file', { file_key: 'raport.txt' }))
        .to.include('did you mean "report.txt"?')
        .and.include('list_files');
      expect(await failed('summarize_file', { file_key: 'nothing' })).to.include('list_files');
      expect(await failed('read_file', { file_key: 'a.zip' }))
        .to.match(/zip/i)
        .and.include('file_info');
      expect(await failed('read_file', { file_key: 'report.txt', from_line: 9 })).to.include('file_info');
      expect(await failed('read_file', { file_key: 'report.txt', tail: 1, offset: 2 })).to.include(
        'one of them',
      );
      expect(await failed('read_file', {})).to.include('file_key');
      expect(await failed('read_file', { file_key: 'report.txt', line: 3 })).to.include('line');
      expect(await failed('list_files', { limit: 10_000 })).to.include('limit');
    });

    it('answers an unknown tool with an error of the protocol', async () => {
      const client = await clientOf(await startApp({ limits: {} }));
      const error = await client.callTool('delete_everything').then(
        () => undefined,
        (failure: Error) => failure,
      );
      expect(error).to.be.instanceOf(Error).and.have.property('code', -32602);
      expect(error!.message).to.include('delete_everything');
    });

    it('ends a call at the deadline with a result', async () => {
      const summarizer = gatedSummarizer();
      const app = await startApp({
        files: { 'a.txt': STORY },
        summarizers: [summarizer],
        deadlineMs: 80,
        limits: {},
      });
      const client = await clientOf(app);
      const { isError, texts } = await client.callTool('summarize_file', { file_key: 'a.txt' });
      expect(isError).to.equal(true);
      // On a busy machine the deadline may come before the summarizer is asked; nothing goes on after it.
      expect(summarizer.aborted).to.have.lengthOf(summarizer.calls.length);
      expect(texts[0]).to.include('deadline').and.include('read_file');
    });

    it('ends the work of a client that goes away', async () => {
      const summarizer = gatedSummarizer();
      const app = await startApp({ files: { 'a.txt': STORY }, summarizers: [summarizer], limits: {} });
      const client = await clientOf(app);
      const call = client.callTool('summarize_file', { file_key: 'a.txt' }).catch(() => 'gone');
      await summarizer.called(1);
      await client.close();
      await call;
      while (summarizer.aborted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });

    it('names no cause of an unexpected failure, which the log explains', async () => {
      const summarizer = gatedSummarizer({
        summarize: () => Promise.reject(new TypeError('arn:aws:secret')),
      });
      const app = await startApp({ files: { 'a.txt': STORY }, summarizers: [summarizer], limits: {} });
      const client = await clientOf(app);
      const { texts, isError } = await client.callTool('summarize_file', { file_key: 'a.txt' });
      expect(isError).to.equal(true);
      expect(texts[0]).to.include('a bug on our side').and.not.include('arn');
      const logged = await logLine(app, ({ err }) => err !== undefined);
      expect(logged).to.have.nested.property('err.message', 'arn:aws:secret');
      expect(texts[0]).to.include(logged.request_id);
    });
  });
}

describe('/mcp over HTTP', () => {
  afterEach(closeApps);

  const post = (app: TestApp, body: string, headers: Record<string, string> = {}) =>
    app.fetch('/mcp', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    });

  it('costs a client of sdk 1 exactly five requests to connect, list and call', async () => {
    const app = await startApp({ files: { 'a.txt': STORY }, limits: {} });
    const client = await CLIENTS['2025-11-25 (sdk 1)']!(app);
    await client.listTools();
    await client.callTool('file_info', { file_key: 'a.txt' });
    while (client.exchanges.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(client.exchanges.map(({ method, status }) => `${method} ${status}`)).to.have.members([
      'POST 200',
      'POST 202',
      'GET 405',
      'POST 200',
      'POST 200',
    ]);
    await client.close();
  });

  it('answers a parse error in JSON-RPC', async () => {
    const app = await startApp();
    const response = await post(app, '{"jsonrpc":');
    expect(response.status).to.equal(400);
    expect(await response.json()).to.have.nested.property('error.code', -32700);
  });

  it('refuses a 2 MB body, another type and another method', async () => {
    const app = await startApp();
    const large = await post(
      app,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x'.repeat(2 * 1024 * 1024) }),
    );
    expect(large.status).to.equal(413);
    expect(await large.text()).to.include('1048576 bytes');
    expect((await post(app, 'a=b', { 'content-type': 'text/plain' })).status).to.equal(415);
    for (const method of ['PUT', 'PATCH', 'DELETE', 'GET', 'HEAD']) {
      expect((await app.fetch('/mcp', { method })).status, method).to.equal(405);
    }
    // fetch refuses to send it, and the protocol's library to take it.
    const trace = await request(`${app.url}/mcp`, { method: 'TRACE' });
    expect(trace.statusCode).to.equal(405);
  });

  it('logs what was called, and refused requests at debug level only', async () => {
    const app = await startApp();
    const response = await post(app, '{"jsonrpc":"2.0","id":1,"method":"no/such"}');
    await response.text();
    const line = await requestLine(app, response.headers.get('x-request-id'));
    expect(line).to.include({ route: '/mcp', rpc_method: 'no/such' });
    expect(app.logLines()).to.deep.equal([line]);
  });
});

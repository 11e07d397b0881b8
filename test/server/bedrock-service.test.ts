import { expect } from 'chai';
import { createExtractiveSummarizer } from '../../server/summaries/extractive/extractive.ts';
import { answered, EVENTS, expectError, TEXT } from '../support/answers.ts';
import { closeApps, requestLine, startApp, type TestApp } from '../support/app.ts';
import {
  type BedrockServer,
  closeBedrockServers,
  refusal,
  startBedrockServer,
  throttled,
} from '../support/bedrock-server/server.ts';
import { bedrockSummarizer, MODEL, paragraphs } from '../support/bedrock-summarizer.ts';
import { setEnvironment } from '../support/environment.ts';
import { readEvents } from '../support/event-stream.ts';
import { CLIENTS } from '../support/mcp-clients.ts';

describe('the service with a Bedrock model', () => {
  let bedrock: BedrockServer;
  let app: TestApp;

  beforeEach(async () => {
    bedrock = await startBedrockServer();
    app = await startApp({
      files: { 'a.txt': TEXT, 'long.md': paragraphs(300) },
      summarizers: [
        bedrockSummarizer(bedrock, { window: 20_000, partTokens: 5000 }),
        createExtractiveSummarizer(),
      ],
    });
  });
  afterEach(async () => {
    await closeApps();
    await closeBedrockServers();
  });

  it('streams progress and the summary as it is written, and ends with the whole', async () => {
    bedrock.answer({ text: 'A long winter. With ice.', usage: { inputTokens: 1000, outputTokens: 10 } });
    const { events } = await readEvents(await app.summarize({ file_key: 'long.md', max_words: 100 }, EVENTS));
    const deltas = events.filter(({ event }) => event === 'delta').map(({ data }) => data.text);
    expect(deltas.length).to.be.greaterThan(1);
    expect(deltas.join('')).to.equal('A long winter. With ice.');
    expect(events.at(-1)!.event).to.equal('done');
    expect(events.at(-1)!.data).to.deep.include({
      file_key: 'long.md',
      summary: 'A long winter. With ice.',
      model: MODEL,
      cached: false,
      coverage: 1,
      usage: {
        input_tokens: 1000 * bedrock.requests.length,
        output_tokens: 10 * bedrock.requests.length,
        model_calls: bedrock.requests.length,
      },
    });
  });

  it('logs model, tokens and the wait for the model, and asks it once for what is cached', async () => {
    bedrock.answer({ text: 'Ice.', usage: { inputTokens: 77, outputTokens: 3 } });
    const first = await app.summarize({ file_key: 'a.txt' });
    await answered(first);
    const line = await requestLine(app, first.headers.get('x-request-id'));
    expect(line).to.include({ model: MODEL, input_tokens: 77, output_tokens: 3, cached: false });
    expect(line.model_ms).to.be.a('number');
    expect(await answered(await app.summarize({ file_key: 'a.txt' }))).to.include({
      summary: 'Ice.',
      cached: true,
    });
    expect(bedrock.requests).to.have.lengthOf(1);
    expect(app.logText()).to.not.include('harbour');
  });

  it('has each allowed model write, and says which one did', async () => {
    const embedded = await answered(await app.summarize({ file_key: 'a.txt', model: 'extractive-1' }));
    expect(embedded.model).to.equal('extractive-1');
    expect((await answered(await app.summarize({ file_key: 'a.txt', model: MODEL }))).model).to.equal(MODEL);
    const refused = await expectError(
      await app.summarize({ file_key: 'a.txt', model: 'other' }),
      400,
      'bad_request',
    );
    expect(refused).to.include(`allowed: ${MODEL}, extractive-1`);
    expect(bedrock.requests).to.have.lengthOf(1);
  });

  it('answers throttling with 429 and when to try again', async () => {
    bedrock.answer(throttled({ 'retry-after': '12' }));
    const response = await app.summarize({ file_key: 'a.txt' });
    expect(response.headers.get('retry-after')).to.equal('12');
    await expectError(response, 429, 'model_throttled');
  });

  it('answers 502 with the remedy, and logs what Bedrock said', async () => {
    bedrock.answer(refusal('ValidationException', 400, 'arn:aws:x:123456789012: temperature is too hot'));
    const response = await app.summarize({ file_key: 'a.txt' });
    const message = await expectError(response, 502, 'model_failed');
    expect(message).to.include(MODEL).and.include('Choose another model').and.not.include('arn:');
    await requestLine(app, response.headers.get('x-request-id'));
    expect(app.logText()).to.include('temperature is too hot');
  });

  it('ends an event stream with the error, not with half a summary', async () => {
    bedrock.answer({
      text: 'The beginning of something',
      after: { pieces: 2, exception: 'modelStreamErrorException' },
    });
    const { events } = await readEvents(await app.summarize({ file_key: 'a.txt' }, EVENTS));
    expect(events.at(-1)).to.deep.include({ event: 'error' });
    expect(events.at(-1)!.data.error).to.include({ code: 'model_failed' });
    expect(events.filter(({ event }) => event === 'done')).to.have.lengthOf(0);
    bedrock.answer({ text: 'All of it.' });
    expect((await answered(await app.summarize({ file_key: 'a.txt' }))).summary).to.equal('All of it.');
  });

  it('lets a client that leaves end the call', async () => {
    bedrock.answer({ silent: true });
    const abort = new AbortController();
    const asked = app
      .fetch('/summarize', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: 'a.txt' }),
        signal: abort.signal,
      })
      .catch((error) => error);
    await bedrock.called(1);
    abort.abort();
    await asked;
    await bedrock.requests[0]!.left;
  });

  for (const [generation, connect] of Object.entries(CLIENTS)) {
    it(`serves summarize_file with progress, and a failure as a tool result (${generation})`, async () => {
      bedrock.answer({ text: 'A long winter.' });
      const client = await connect(app);
      try {
        const progress: number[] = [];
        const args = { file_key: 'long.md' };
        const answer = await client.callTool('summarize_file', args, {
          onprogress: (report) => void progress.push(report.progress),
        });
        expect(answer.texts.join('\n')).to.include('A long winter.').and.include(`by ${MODEL}`);
        expect(progress[0]).to.equal(0);
        bedrock.answer(refusal('AccessDeniedException', 403, 'no access to the model'));
        const failed = await client.callTool('summarize_file', { file_key: 'a.txt' });
        expect(failed.isError).to.equal(true);
        expect(failed.texts.join('')).to.include('model access must be granted');
      } finally {
        await client.close();
      }
    });
  }
});

describe('models by settings', () => {
  let bedrock: BedrockServer;
  let restore: (() => void)[];
  const set = (values: Record<string, string | undefined>) => restore.push(setEnvironment(values));

  beforeEach(async () => {
    bedrock = await startBedrockServer();
    restore = [];
    set({
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    });
  });
  afterEach(async () => {
    for (const one of restore.reverse()) one();
    await closeApps();
    await closeBedrockServers();
  });

  it('uses region, credentials and endpoint of the environment, as every tool of AWS does', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT }, models: { model: MODEL } });
    expect((await answered(await app.summarize({ file_key: 'a.txt' }))).model).to.equal(MODEL);
    const { headers } = bedrock.requests[0]!;
    expect(headers.authorization).to.match(/Credential=test\/\d+\/eu-west-1\/bedrock\/aws4_request/);
    const embedded = await answered(await app.summarize({ file_key: 'a.txt', model: 'extractive-1' }));
    expect(embedded.model).to.equal('extractive-1');
  });

  it('takes an API key of Bedrock instead of credentials', async () => {
    set({ AWS_BEARER_TOKEN_BEDROCK: 'a-bedrock-key' });
    const app = await startApp({ files: { 'a.txt': TEXT }, models: { model: MODEL } });
    await answered(await app.summarize({ file_key: 'a.txt' }));
    expect(bedrock.requests[0]!.headers.authorization).to.equal('Bearer a-bedrock-key');
  });

  it('allows exactly what the list of allowed models says, and the default', async () => {
    const models = { model: MODEL, allowed: ['us.anthropic.claude-haiku-4-5-20251001-v1:0'] };
    const app = await startApp({ files: { 'a.txt': TEXT }, models });
    const other = await answered(await app.summarize({ file_key: 'a.txt', model: models.allowed[0] }));
    expect(other.model).to.equal(models.allowed[0]);
    expect(bedrock.requests[0]!.modelId).to.equal(models.allowed[0]);
    await expectError(await app.summarize({ file_key: 'a.txt', model: 'extractive-1' }), 400, 'bad_request');
  });

  it('keeps to the cap of tokens that is set', async () => {
    const models = { model: MODEL, tokenCap: 10_000 };
    const app = await startApp({ files: { 'long.md': paragraphs(1000) }, models });
    const answer = await answered(await app.summarize({ file_key: 'long.md' }));
    expect(answer.coverage).to.be.below(0.1);
    expect(answer.summary).to.include('token cap');
  });

  it('says what to do where there are no credentials', async () => {
    set({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    });
    const app = await startApp({ files: { 'a.txt': TEXT }, models: { model: MODEL } });
    const message = await expectError(await app.summarize({ file_key: 'a.txt' }), 502, 'model_failed');
    expect(message).to.include('set a profile, a role, keys or AWS_BEARER_TOKEN_BEDROCK');
  });
});

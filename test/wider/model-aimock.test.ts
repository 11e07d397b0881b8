import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import {
  ask,
  type BedrockAddress,
  bedrockSummarizer,
  MODEL,
  paragraphs,
} from '../support/bedrock-summarizer.ts';

/**
 * Summaries by the Bedrock that aimock plays: its answers and its faults are nobody's here. The lane installs it and
 * says where:
 *
 *   MCP_S3_TEST_AIMOCK=.cache/lanes/…/node_modules/@copilotkit/aimock
 */
const folder = process.env.MCP_S3_TEST_AIMOCK;
if (folder === undefined)
  throw new Error('MCP_S3_TEST_AIMOCK is not set: install aimock and say where it is');

interface Chunked {
  chunkSize?: number;
  latency?: number;
  truncateAfterChunks?: number;
}

/** What is used of aimock's `LLMock`. */
interface Mock extends BedrockAddress {
  onMessage(pattern: RegExp, response: object, options?: Chunked): this;
  nextRequestError(status: number, body?: { message?: string; type?: string }): this;
  getRequests(): { path: string; body: { messages: { role: string; content: string }[] } }[];
  start(): Promise<string>;
  stop(): Promise<void>;
}

const { LLMock } = (await import(pathToFileURL(path.join(folder, 'dist', 'index.js')).href)) as {
  LLMock: new (options: { port: number }) => Mock;
};

describe('summaries by aimock', () => {
  let mock: Mock;

  beforeEach(async () => {
    mock = new LLMock({ port: 0 });
    await mock.start();
  });
  afterEach(() => mock.stop());

  it('are streamed, with the tokens that it counts', async () => {
    const usage = { input_tokens: 42, output_tokens: 7 };
    mock.onMessage(
      /Summarize the file/,
      { content: 'The harbour froze. Ships waited.', usage },
      { chunkSize: 5 },
    );
    const made = await ask(bedrockSummarizer(mock), 'The harbour froze in January.', { maxWords: 100 });
    expect(made.summary).to.equal('The harbour froze. Ships waited.');
    expect(made.deltas.length).to.be.greaterThan(3);
    expect(made.usage).to.deep.equal({ ...usage, model_calls: 1 });
    const [request] = mock.getRequests();
    expect(decodeURIComponent(request!.path)).to.equal(`/model/${MODEL}/converse-stream`);
    expect(JSON.stringify(request!.body)).to.include('The harbour froze in January.');
  });

  it('are made from parts', async () => {
    mock.onMessage(/Take notes/, { content: '- a note' });
    mock.onMessage(/Summarize the file, not the notes/, { content: 'All of it.' });
    const made = await ask(bedrockSummarizer(mock, { window: 8000, partTokens: 2000 }), paragraphs(100));
    expect(made).to.include({ summary: 'All of it.', coverage: 1 });
    expect(made.usage.model_calls).to.be.greaterThan(4);
  });

  it('are tried again after an error, also one without a name that the SDK knows', async () => {
    mock.onMessage(/Summarize/, { content: 'At last.' });
    mock.nextRequestError(429, { message: 'Too many requests', type: 'ThrottlingException' });
    mock.nextRequestError(503, { message: 'Busy', type: 'ServiceUnavailableException' });
    const summarizer = bedrockSummarizer(mock);
    expect((await ask(summarizer, 'Some text.')).summary).to.equal('At last.');
    expect(summarizer.pauses).to.have.lengthOf(2);
  });

  it('are refused where the stream is cut, and never half', async () => {
    const long = 'A sentence of the summary. '.repeat(20);
    mock.onMessage(/Summarize/, { content: long }, { chunkSize: 10, latency: 2, truncateAfterChunks: 12 });
    const deltas: string[] = [];
    const error = await ask(bedrockSummarizer(mock), 'Some text.', {
      maxWords: 200,
      onDelta: (delta) => deltas.push(delta),
    }).catch((reason) => reason);
    expect(error).to.be.instanceOf(ServiceError).and.include({ code: 'model_failed' });
    expect(deltas.join('').length).to.be.within(1, 120);
  });
});

import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import { answered, EVENTS, TEXT } from '../support/answers.ts';
import { closeApps, startApp } from '../support/app.ts';
import { ask, bedrockSummarizer, MODEL, paragraphs } from '../support/bedrock-summarizer.ts';
import { readEvents } from '../support/event-stream.ts';

/**
 * Summaries by the Bedrock that MiniStack plays, which has an event-stream encoder and checks of its own. It has no
 * model: what it answers says nothing about the file. The lane starts it:
 *
 *   MCP_S3_TEST_BEDROCK_ENDPOINT=http://127.0.0.1:4566
 */
const url = process.env.MCP_S3_TEST_BEDROCK_ENDPOINT;
if (url === undefined)
  throw new Error('MCP_S3_TEST_BEDROCK_ENDPOINT is not set: start MiniStack and name it');

describe('summaries by MiniStack', () => {
  afterEach(closeApps);

  it('are streamed, with tokens', async () => {
    const made = await ask(bedrockSummarizer({ url }), TEXT, { maxWords: 200 });
    expect(made.summary).to.match(/\w/);
    expect(made.deltas.join('')).to.equal(made.summary);
    expect(made.usage.input_tokens).to.be.greaterThan(20);
    expect(made.usage.output_tokens).to.be.greaterThan(0);
    expect(made.usage.model_calls).to.equal(1);
  });

  it('are made from parts', async () => {
    const summarizer = bedrockSummarizer({ url }, { window: 8000, partTokens: 2000 });
    const made = await ask(summarizer, paragraphs(100));
    expect(made.summary).to.match(/\w/);
    expect(made.coverage).to.equal(1);
    expect(made.usage.model_calls).to.be.greaterThan(4);
  });

  it('name an inference profile by its ARN', async () => {
    const model = `arn:aws:bedrock:us-east-1:000000000000:inference-profile/${MODEL}`;
    const summarizer = bedrockSummarizer({ url }, { model });
    expect(summarizer.model).to.equal(MODEL);
    expect((await ask(summarizer, TEXT)).summary).to.match(/\w/);
  });

  it('fail with words of ours where it refuses the request', async () => {
    const summarizer = bedrockSummarizer({ url }, { model: 'arn:aws:bedrock:nowhere' });
    const error = await ask(summarizer, TEXT).catch((reason) => reason);
    expect(error).to.be.instanceOf(ServiceError).and.include({ code: 'model_failed' });
  });

  it('come through the service', async () => {
    const app = await startApp({ files: { 'a.txt': TEXT }, summarizers: [bedrockSummarizer({ url })] });
    const { events } = await readEvents(await app.summarize({ file_key: 'a.txt' }, EVENTS));
    expect(events.at(-1)!.event).to.equal('done');
    expect(events.at(-1)!.data).to.include({ model: MODEL, cached: false });
    expect((await answered(await app.summarize({ file_key: 'a.txt' }))).cached).to.equal(true);
  });
});

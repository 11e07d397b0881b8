import { expect } from 'chai';
import {
  type BedrockRequest,
  closeBedrockServers,
  startBedrockServer,
} from '../support/bedrock-server/server.ts';
import { ask, bedrockSummarizer, paragraphs } from '../support/bedrock-summarizer.ts';

const words = (text: string) => text.trim().split(/\s+/).length;
const isReduce = ({ user }: BedrockRequest) => user.startsWith('<notes-');

/** Tokens as a model might count them: 4 characters each, where the estimate has 3. */
const counted = ({ system, user }: BedrockRequest) => Math.ceil((system.length + user.length) / 4);

describe('the token cap of summaries', () => {
  afterEach(closeBedrockServers);

  it('ends reading in parts, and the summary says how much it covers', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer((request) => ({
      text: isReduce(request) ? 'It froze. '.repeat(40) : '- a note',
      usage: { inputTokens: counted(request), outputTokens: 100 },
    }));
    const text = paragraphs(1500);
    const summarizer = bedrockSummarizer(bedrock, { tokenCap: 60_000, partTokens: 8000 });
    const made = await ask(summarizer, text, { maxWords: 60 });

    const spent = made.usage.input_tokens + made.usage.output_tokens;
    expect(spent).to.be.at.most(60_000);
    expect(spent).to.be.at.least(30_000);
    const percent = Math.floor(made.coverage * 100);
    expect(percent).to.be.within(15, 60);
    expect(made.summary).to.match(
      /It froze\. \[Covers only the first \d+% of the file: the token cap was reached\.\]$/,
    );
    expect(made.summary).to.include(`the first ${percent}%`);
    expect(words(made.summary)).to.be.at.most(60);
    expect(made.deltas.join('')).to.equal(made.summary);

    const read = bedrock.requests.filter((request) => !isReduce(request)).flatMap(numbersIn);
    expect(new Set(read).size).to.equal(read.length);
    expect(Math.max(...read)).to.equal(read.length - 1);
    expect(read.length / 1500).to.be.closeTo(made.coverage, 0.02);
    expect(made.progress.at(-1)).to.equal(text.length);
  });

  it('that allows for one call only has the beginning summarized', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'It began.' });
    const made = await ask(bedrockSummarizer(bedrock, { tokenCap: 10_000 }), paragraphs(1500), {
      style: 'bullets',
      maxWords: 20,
    });
    expect(bedrock.requests).to.have.lengthOf(1);
    expect(made.coverage).to.be.within(0.01, 0.1);
    expect(made.summary).to.match(/^It began\.\n- \[Covers only the first \d%\.\]$/);
    expect(words(made.summary)).to.be.at.most(20);
  });

  it('is part of what a cached summary is kept under', async () => {
    const bedrock = await startBedrockServer();
    const version = (tokenCap: number) => bedrockSummarizer(bedrock, { tokenCap }).version;
    expect(version(20_000)).to.not.equal(version(30_000));
    expect(version(20_000)).to.equal(version(20_000));
  });

  it('does not touch what fits', async () => {
    const bedrock = await startBedrockServer();
    const made = await ask(bedrockSummarizer(bedrock, { tokenCap: 100_000 }), paragraphs(500));
    expect(made).to.include({ summary: 'A short summary.', coverage: 1 });
    expect(bedrock.requests).to.have.lengthOf(1);
  });
});

function numbersIn({ user }: BedrockRequest): number[] {
  return [...user.matchAll(/Paragraph (\d+) /g)].map(([, number]) => Number(number));
}

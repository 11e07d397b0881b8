import { expect } from 'chai';
import {
  type BedrockRequest,
  closeBedrockServers,
  startBedrockServer,
} from '../support/bedrock-server/server.ts';
import { ask, bedrockSummarizer, MODEL, paragraphs } from '../support/bedrock-summarizer.ts';

const isReduce = ({ user }: BedrockRequest) => user.startsWith('<notes-');

describe('the Bedrock summarizer', () => {
  afterEach(closeBedrockServers);

  it('summarizes what fits into the window by one call, and passes the text on as it comes', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({
      text: 'The harbour froze. Ships waited for days.',
      usage: { inputTokens: 321, outputTokens: 9 },
    });
    const summarizer = bedrockSummarizer(bedrock);
    const made = await ask(summarizer, 'The harbour froze.\n\nShips waited.', { maxWords: 200 });
    expect(made.summary).to.equal('The harbour froze. Ships waited for days.');
    expect(made.deltas.length).to.be.greaterThan(3);
    expect(made.deltas.join('')).to.equal(made.summary);
    expect(made.coverage).to.equal(1);
    expect(made.usage).to.deep.equal({ input_tokens: 321, output_tokens: 9, model_calls: 1 });
    expect(made.progress.at(-1)).to.equal(33);
    const [request] = bedrock.requests;
    expect(request).to.include({ modelId: MODEL, streaming: true });
    expect(request!.user).to.include('The harbour froze.\n\nShips waited.');
    expect(summarizer.model).to.equal(MODEL);
  });

  it('asks for style, length and focus, and names the kind of file but not the file', async () => {
    const bedrock = await startBedrockServer();
    const summarizer = bedrockSummarizer(bedrock);
    await ask(summarizer, 'Words.', {
      key: 'secret/plan.MD',
      style: 'bullets',
      maxWords: 77,
      focus: 'the "ice"',
    });
    await ask(summarizer, 'Words.', { style: 'tldr' });
    const [bullets, tldr] = bedrock.requests;
    expect(bullets!.user)
      .to.include('begins with "- "')
      .and.include('77 words')
      .and.include('"the \\"ice\\""');
    expect(bullets!.system).to.include('".md"').and.not.include('plan');
    expect(bullets!.body.inferenceConfig.maxTokens).to.be.within(77, 4096);
    expect(tldr!.user).to.include('one sentence, or two').and.not.include('matters most');
  });

  it('makes no call for a text without words', async () => {
    const bedrock = await startBedrockServer();
    const made = await ask(bedrockSummarizer(bedrock), ' \n --- \n\t ');
    expect(made).to.include({ summary: '', coverage: 1 });
    expect(bedrock.requests).to.have.lengthOf(0);
  });

  it('reads a longer text in parts that end at paragraphs, some at a time, and puts notes in order', async () => {
    const bedrock = await startBedrockServer();
    // Later parts are answered first.
    bedrock.answer((request) => {
      if (isReduce(request))
        return { text: 'All of the winter.', usage: { inputTokens: 50, outputTokens: 5 } };
      const first = /Paragraph (\d+)/.exec(request.user)![1]!;
      const pause = Number(first) === 0 ? { pieces: 0, until: bedrock.called(3) } : undefined;
      return { text: `- from ${first}`, usage: { inputTokens: 100, outputTokens: 10 }, pause };
    });
    const summarizer = bedrockSummarizer(bedrock, { window: 8000, partTokens: 2000, concurrency: 3 });
    const made = await ask(summarizer, paragraphs(100));
    expect(made.summary).to.equal('All of the winter.');
    expect(made.deltas.join('')).to.equal(made.summary);
    expect(made.coverage).to.equal(1);

    const notes = bedrock.requests.filter((request) => !isReduce(request));
    const parts = notes.map(({ user }) => />\n([\s\S]*)\n<\//.exec(user)![1]!);
    const starts = parts.map((part) => Number(/^Paragraph (\d+) /.exec(part)![1])).sort((a, b) => a - b);
    expect(starts.length).to.be.within(5, 9);
    for (const part of parts) expect(part).to.match(/winter\. \n\n$/);
    const [reduce] = bedrock.requests.filter(isReduce);
    expect(reduce!.user.match(/from \d+/g)).to.deep.equal(starts.map((start) => `from ${start}`));
    expect(bedrock.load.most).to.equal(3);
    const calls = notes.length + 1;
    expect(made.usage).to.deep.equal({
      input_tokens: 100 * (calls - 1) + 50,
      output_tokens: 10 * (calls - 1) + 5,
      model_calls: calls,
    });
    expect(made.progress).to.deep.equal([...made.progress].sort((a, b) => a - b));
    expect(made.progress.at(-1)).to.equal(paragraphs(100).length);
  });

  it('merges notes that are together too long for one call', async () => {
    const bedrock = await startBedrockServer();
    const long = [`- ${'noted '.repeat(300)}`];
    bedrock.answer(({ user }) => {
      if (user.includes('Summarize the file')) return { text: 'Done.' };
      return { text: user.includes('Merge them') ? '- merged' : long };
    });
    const made = await ask(bedrockSummarizer(bedrock, { window: 6000, partTokens: 1000 }), paragraphs(60));
    expect(made.summary).to.equal('Done.');
    const merges = bedrock.requests.filter(({ user }) => user.includes('Merge them'));
    expect(merges.length).to.be.greaterThan(0);
    expect(bedrock.requests.at(-1)!.user).to.include('- merged');
    for (const { user } of bedrock.requests) expect(user.length / 3).to.be.below(6000);
  });

  it('splits what the model finds too long although the estimate did not', async () => {
    const bedrock = await startBedrockServer();
    const { refusal } = await import('../support/bedrock-server/answer.ts');
    bedrock.answer((request) => {
      if (isReduce(request)) return { text: 'Read in smaller parts.' };
      const tooLong = request.user.length > 8000;
      return tooLong
        ? refusal('ValidationException', 400, 'Input is too long for requested model.')
        : { text: '- a note' };
    });
    const made = await ask(bedrockSummarizer(bedrock), paragraphs(60));
    expect(made).to.include({ summary: 'Read in smaller parts.', coverage: 1 });
    const read = bedrock.requests.filter(({ user }) => user.startsWith('<part-') && user.length <= 8000);
    const numbers = read.flatMap(({ user }) =>
      [...user.matchAll(/Paragraph (\d+) /g)].map(([, n]) => Number(n)),
    );
    expect(numbers.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 60 }, (_, index) => index));
  });

  it('keeps the limit of words when the model does not, at the end of a sentence', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'Six words are in this one. '.repeat(30) });
    const made = await ask(bedrockSummarizer(bedrock), 'Some text.', { maxWords: 50 });
    expect(made.summary).to.equal('Six words are in this one. '.repeat(8).trim());
    expect(made.deltas.join('')).to.equal(made.summary);
  });

  it('ignores what a model thinks', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ content: [{ reasoning: 'Let me think.' }, { text: 'The summary.' }] });
    expect((await ask(bedrockSummarizer(bedrock), 'Some text.')).summary).to.equal('The summary.');
  });

  it('says so when the answer was cut short by its bound', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'The first sentence. The second one breaks', stopReason: 'max_tokens' });
    const made = await ask(bedrockSummarizer(bedrock), 'Some text.', { maxWords: 20 });
    expect(made.summary).to.equal('The first sentence.…');
    expect(made.deltas.join('')).to.equal(made.summary);
  });

  it('gives a model of its own name, without the account of an ARN', async () => {
    const bedrock = await startBedrockServer();
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-2-lite-v1:0';
    const summarizer = bedrockSummarizer(bedrock, { model: arn });
    await ask(summarizer, 'Some text.');
    expect(summarizer.model).to.equal('eu.amazon.nova-2-lite-v1:0');
    expect(bedrock.requests[0]!.modelId).to.equal(arn);
  });

  it('stops calls and reading when it is aborted', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ silent: true });
    const abort = new AbortController();
    let closed = false;
    async function* text() {
      try {
        yield paragraphs(100);
      } finally {
        closed = true;
      }
    }
    const asked = ask(bedrockSummarizer(bedrock, { window: 8000, partTokens: 2000, concurrency: 2 }), '', {
      text: text(),
      signal: abort.signal,
    });
    await bedrock.called(2);
    abort.abort(new Error('the client left'));
    const error = await asked.catch((reason) => reason);
    expect(error.message).to.equal('the client left');
    await Promise.all(bedrock.requests.map(({ left }) => left));
    expect(bedrock.requests).to.have.lengthOf(2);
    expect(closed).to.equal(true);
  });

  it('stops in the middle of an answer when it is aborted', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'A long story '.repeat(2000) });
    const abort = new AbortController();
    const asked = ask(bedrockSummarizer(bedrock), 'Some text.', {
      maxWords: 1000,
      signal: abort.signal,
      onDelta: () => abort.abort(new Error('enough')),
    });
    expect((await asked.catch((reason) => reason)).message).to.equal('enough');
    await bedrock.requests[0]!.left;
  });
});

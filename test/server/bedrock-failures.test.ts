import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import type { Summarizer } from '../../server/summaries/summarizer.ts';
import {
  type Answer,
  closeBedrockServers,
  refusal,
  startBedrockServer,
  throttled,
} from '../support/bedrock-server/server.ts';
import { ask, bedrockSummarizer, MODEL, paragraphs } from '../support/bedrock-summarizer.ts';

const TEXT = 'The harbour froze in January.';

/** What asking for a summary ends with. */
async function failureOf(summarizer: Summarizer, deltas: string[] = []): Promise<ServiceError> {
  const outcome = await ask(summarizer, TEXT, { onDelta: (delta) => deltas.push(delta) }).catch(
    (error) => error,
  );
  expect(outcome).to.be.instanceOf(ServiceError);
  return outcome;
}

describe('failures of Bedrock', () => {
  afterEach(closeBedrockServers);

  const broken = (after: object): Answer => ({ text: 'Never to be seen.', after }) as Answer;

  describe('that are tried again', () => {
    const passing: [string, Answer][] = [
      ['throttling', throttled()],
      ['a lack of capacity', refusal('ServiceUnavailableException', 503)],
      ['an internal failure', refusal('InternalServerException', 500)],
      ['a failure that names no error', refusal('', 502)],
      ['a time-out of the model', refusal('ModelTimeoutException', 408)],
      ['a model that is not ready', refusal('ModelNotReadyException', 429)],
      ['an exception before the first token', broken({ pieces: 0, exception: 'internalServerException' })],
      ['throttling before the first token', broken({ pieces: 0, exception: 'throttlingException' })],
      ['a stream that ends without its end', broken({ pieces: 0, end: true })],
      ['a connection that is cut', broken({ pieces: 0, cut: true })],
      ['an empty answer', { text: '' }],
    ];
    for (const [name, answer] of passing) {
      it(`${name}, until it works`, async () => {
        const bedrock = await startBedrockServer();
        bedrock.next(answer, answer, { text: 'At last.' });
        const summarizer = bedrockSummarizer(bedrock);
        const made = await ask(summarizer, TEXT);
        expect(made.summary).to.equal('At last.');
        expect(made.deltas.join('')).to.equal('At last.');
        expect(bedrock.requests).to.have.lengthOf(3);
        expect(made.usage.model_calls).to.equal(1);
        // Half of a second, half of two: the test's random is a half.
        expect(summarizer.pauses).to.deep.equal([500, 1000]);
      });
    }

    it('but not for ever, and not faster than Bedrock asks', async () => {
      const bedrock = await startBedrockServer();
      bedrock.answer(throttled({ 'retry-after': '7' }));
      const summarizer = bedrockSummarizer(bedrock);
      const error = await failureOf(summarizer);
      expect(error).to.include({ code: 'model_throttled', retryAfter: 7 });
      expect(error.message).to.include(MODEL).and.include('quota');
      expect(bedrock.requests).to.have.lengthOf(5);
      expect(summarizer.pauses).to.deep.equal([7000, 7000, 7000, 7000]);
    });

    it('after pauses that grow', async () => {
      const bedrock = await startBedrockServer();
      bedrock.answer(throttled());
      const summarizer = bedrockSummarizer(bedrock);
      expect(await failureOf(summarizer)).to.include({ code: 'model_throttled', retryAfter: 10 });
      expect(summarizer.pauses).to.deep.equal([500, 1000, 2000, 4000]);
    });
  });

  describe('in the middle of an answer', () => {
    const midway: [string, Answer, string][] = [
      ['a model error', broken({ pieces: 2, exception: 'modelStreamErrorException' }), 'model_failed'],
      ['an internal failure', broken({ pieces: 2, exception: 'internalServerException' }), 'model_failed'],
      ['throttling', broken({ pieces: 2, exception: 'throttlingException' }), 'model_throttled'],
      ['a lack of capacity', broken({ pieces: 2, exception: 'serviceUnavailableException' }), 'model_failed'],
      ['the end without an end', broken({ pieces: 2, end: true }), 'model_failed'],
      ['a cut connection', broken({ pieces: 2, cut: true }), 'model_failed'],
    ];
    for (const [name, answer, code] of midway) {
      it(`${name} is a failure once something was passed on, never half a summary`, async () => {
        const bedrock = await startBedrockServer();
        bedrock.next(answer);
        const deltas: string[] = [];
        const error = await failureOf(bedrockSummarizer(bedrock), deltas);
        expect(error.code).to.equal(code);
        expect(deltas.join('')).to.equal('Never to');
        expect(bedrock.requests).to.have.lengthOf(1);
      });

      it(`${name} is tried again while nothing was passed on`, async () => {
        const bedrock = await startBedrockServer();
        bedrock.next(answer, { text: 'It works.' });
        const summarizer = bedrockSummarizer(bedrock);
        // Short summaries are passed on by sentences, and the first one never ended.
        const made = await ask(summarizer, TEXT, { maxWords: 20 });
        expect(made.summary).to.equal('It works.');
        expect(made.deltas.join('')).to.equal('It works.');
      });
    }
  });

  describe('that are told at once', () => {
    const ACCOUNT = '123456789012';
    const lasting: [string, Answer, RegExp][] = [
      [
        'model access that was never granted',
        refusal(
          'AccessDeniedException',
          403,
          "You don't have access to the model with the specified model ID.",
        ),
        /the model access must be granted: .*Bedrock console/,
      ],
      [
        'a missing permission',
        refusal(
          'AccessDeniedException',
          403,
          `User: arn:aws:sts::${ACCOUNT}:assumed-role/task/1 is not authorized to perform: bedrock:InvokeModel`,
        ),
        /need bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream/,
      ],
      [
        'a forbidding policy',
        refusal('AccessDeniedException', 403, `not authorized (${ACCOUNT}) with an explicit deny`),
        /policy of the organization/,
      ],
      [
        'a missing subscription',
        refusal('AccessDeniedException', 403, 'Model access is denied: aws-marketplace:Subscribe'),
        /subscribe to the model once/,
      ],
      [
        'a model that needs a profile',
        refusal(
          'ValidationException',
          400,
          'Invocation of model ID amazon.nova-2-lite-v1:0 with on-demand throughput isn’t supported. Retry with an inference profile.',
        ),
        /use an inference profile, .*aws bedrock list-inference-profiles/,
      ],
      [
        'an unknown model',
        refusal('ValidationException', 400, 'The provided model identifier is invalid.'),
        /knows no model of this id in this region/,
      ],
      [
        'a model without system prompts',
        refusal('ValidationException', 400, "This model doesn't support system prompts"),
        /Choose another/,
      ],
      ['any other validation', refusal('ValidationException', 400, 'temperature: no'), /refused the request/],
      ['a retired model', refusal('ResourceNotFoundException', 404), /end of its life|end of life/],
      ['expired credentials', refusal('ExpiredTokenException', 403, 'expired'), /expired: renew them/],
      ['unknown credentials', refusal('UnrecognizedClientException', 403), /check keys, session token/],
      ['a wrong signature', refusal('InvalidSignatureException', 403), /secret key and the clock/],
      ['a guardrail', { text: 'Blocked.', stopReason: 'guardrail_intervened' }, /guardrail/],
      ['a content filter', { text: '', stopReason: 'content_filtered' }, /declined to summarize/],
      [
        'thinking without an end',
        { content: [{ reasoning: 'Hm.' }], stopReason: 'max_tokens' },
        /before it wrote/,
      ],
      ['a stop of an unknown kind', { text: 'x', stopReason: 'tool_use' }, /not known here \(tool_use\)/],
    ];
    for (const [name, answer, says] of lasting) {
      it(`${name}, with what to do and without what is internal`, async () => {
        const bedrock = await startBedrockServer();
        bedrock.answer(answer);
        const error = await failureOf(bedrockSummarizer(bedrock));
        expect(error.code).to.equal('model_failed');
        expect(error.message).to.match(says);
        expect(error.message)
          .to.include(MODEL)
          .and.not.match(/arn:|123456789012/);
        expect(bedrock.requests).to.have.lengthOf(1);
      });
    }

    it("a day's tokens that are used up", async () => {
      const bedrock = await startBedrockServer();
      bedrock.answer(refusal('ThrottlingException', 429, 'Too many tokens per day, please wait.'));
      const error = await failureOf(bedrockSummarizer(bedrock));
      expect(error).to.include({ code: 'model_throttled', retryAfter: 3600 });
      expect(bedrock.requests).to.have.lengthOf(1);
    });

    it('a model that gives no sign', async () => {
      const bedrock = await startBedrockServer();
      bedrock.answer({ silent: true });
      const error = await failureOf(bedrockSummarizer(bedrock, { idleMs: 50 }));
      expect(error.message).to.include('no sign of the model');
      await bedrock.requests[0]!.left;
      expect(bedrock.requests).to.have.lengthOf(1);
    });
  });

  it('that nobody listens is told with the endpoint as the thing to look at', async () => {
    const bedrock = await startBedrockServer();
    const summarizer = bedrockSummarizer(bedrock);
    await bedrock.close();
    expect((await failureOf(summarizer)).message).to.include('refused: check the endpoint');
  });

  it('of one part end the calls for the others', async () => {
    const bedrock = await startBedrockServer();
    bedrock.next({ silent: true }, refusal('AccessDeniedException', 403), { silent: true });
    const summarizer = bedrockSummarizer(bedrock, { window: 8000, partTokens: 2000, concurrency: 3 });
    const error = await ask(summarizer, paragraphs(200)).catch((reason) => reason);
    expect(error).to.include({ code: 'model_failed' });
    await Promise.all([0, 2].map((index) => bedrock.requests[index]?.left));
    expect(bedrock.requests.length).to.be.within(2, 3);
  });
});

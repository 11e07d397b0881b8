import { expect } from 'chai';
import fc from 'fast-check';
import { ChunkReader, cutAt } from '../../server/summaries/bedrock/chunk-reader.ts';
import { bedrockFailure } from '../../server/summaries/bedrock/failure.ts';
import { modelName, traitsOf } from '../../server/summaries/bedrock/model-traits.ts';
import { estimateTokens } from '../../server/summaries/bedrock/token-estimate.ts';
import { WordLimit } from '../../server/summaries/bedrock/word-limit.ts';
import { countWords } from '../../server/summaries/extractive/words.ts';

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function chunksOf(text: AsyncIterable<string>, tokens: number): Promise<string[]> {
  const reader = new ChunkReader(text);
  const chunks: string[] = [];
  for (;;) {
    const chunk = await reader.next(tokens);
    if (chunk === undefined) return chunks;
    chunks.push(chunk);
  }
}

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n\n', '\n', '. ', ' ', '漢字。', '😀', 'word '),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

describe('chunks of a text', () => {
  it('are the text, whatever its pieces, none above its size, none empty, none ending inside a code point', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { maxLength: 8 }),
        fc.integer({ min: 4, max: 200 }),
        async (texts, tokens) => {
          const chunks = await chunksOf(pieces(...texts), tokens);
          expect(chunks.join('')).to.equal(texts.join(''));
          for (const chunk of chunks) {
            expect(chunk).to.not.equal('');
            expect(estimateTokens(chunk)).to.be.at.most(tokens);
            expect(chunk).to.not.match(/[\uD800-\uDBFF]$/);
          }
        },
      ),
    ));

  const cases: [string, string, string][] = [
    ['a paragraph', 'First one.\nStill first.\n\nSecond one. It goes on', 'First one.\nStill first.\n\n'],
    [
      'a paragraph with Windows line ends',
      'First one here.\r\n\r\nSecond. It goes on',
      'First one here.\r\n\r\n',
    ],
    ['a line, where no paragraph does', 'First line of it.\nSecond line that goes on', 'First line of it.\n'],
    ['a sentence, where no line does', 'First sentence here. Second that goes on', 'First sentence here. '],
    ['a word, where no sentence does', 'wordswordswords morewordsmorewords', 'wordswordswords '],
    ['anywhere at last', 'x'.repeat(60), 'x'.repeat(27)],
  ];
  for (const [name, text, first] of cases) {
    it(`end with ${name}`, () => {
      expect(text.slice(0, cutAt(text, 9))).to.equal(first);
    });
  }

  it('can be put back, and the rest be counted', async () => {
    const reader = new ChunkReader(pieces('One two. ', 'Three four. ', 'Five six.'));
    const first = (await reader.next(4))!;
    expect(reader.consumed).to.equal(first.length);
    reader.putBack(first);
    expect(reader.consumed).to.equal(0);
    expect(await reader.restWithin(5)).to.equal(undefined);
    expect(await reader.next(4)).to.equal(first);
    await reader.skipRest(() => {});
    expect(reader.consumed).to.equal('One two. Three four. Five six.'.length);
  });
});

/** What comes out of a limit when the text is pushed in such pieces. */
function limited(
  text: string,
  limit: number,
  cutShort = false,
  size = 5,
): { text: string; passed: string[] } {
  const passed: string[] = [];
  const words = new WordLimit(limit, (piece) => passed.push(piece));
  for (let from = 0; from < text.length; from += size) words.push(text.slice(from, from + size));
  return { text: words.end(cutShort), passed };
}

describe('the limit of words', () => {
  it('is kept, and what was passed on is the text', () =>
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (text, limit, size, cutShort) => {
          const result = limited(text, limit, cutShort, size);
          expect(result.passed.join('')).to.equal(result.text);
          expect(countWords(result.text)).to.be.at.most(limit);
          if (!cutShort && countWords(text.trim()) <= limit) expect(result.text).to.equal(text.trim());
        },
      ),
    ));

  it('ends with the last sentence that fits', () => {
    expect(limited('One two three. Four five six. Seven eight nine.', 8).text).to.equal(
      'One two three. Four five six.',
    );
    expect(limited('It cost 3.5 million. Nobody had thought so.', 5).text).to.equal('It cost 3.5 million.');
  });

  it('ends with the last line that fits', () => {
    expect(limited('- one two\n- three four\n- five six', 7).text).to.equal('- one two\n- three four');
  });

  it('cuts a sentence that is too long by itself, and shows it', () => {
    expect(limited('one two three four five six', 4).text).to.equal('one two three four…');
  });

  it('passes words on at once while the limit is far', () => {
    const { passed } = limited('One two three four five six seven. '.repeat(3), 200);
    expect(passed.length).to.be.greaterThan(15);
  });

  it('marks what was cut short', () => {
    expect(limited('One two three. Four five', 20, true).text).to.equal('One two three.…');
    expect(limited('One two', 20, true).text).to.equal('One two…');
  });
});

describe('what is known of models', () => {
  it('is found by the id of a model, of its profile or in an ARN', () => {
    const nova = 'amazon.nova-2-lite-v1:0';
    for (const id of [
      nova,
      `us.${nova}`,
      `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${nova}`,
    ]) {
      expect(traitsOf(id).window, id).to.equal(1_000_000);
    }
    expect(traitsOf('eu.anthropic.claude-haiku-4-5-20251001-v1:0').window).to.equal(200_000);
    expect(traitsOf('somebody.new-model-v9:0')).to.deep.equal({ window: 32_000 });
    expect(modelName('arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123')).to.equal(
      'abc123',
    );
  });
});

describe('failures that the SDK reports by itself', () => {
  const told = (error: unknown) => bedrockFailure(error, 'm').told.message;

  it('have words of their own', () => {
    expect(told(Object.assign(new Error('x'), { name: 'CredentialsProviderError' }))).to.include(
      'no AWS credentials',
    );
    expect(told(new Error('Region is missing'))).to.include('AWS_REGION');
    expect(told(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))).to.include('host name');
    expect(told(Object.assign(new Error('x'), { name: 'TimeoutError' }))).to.include('VPC endpoint');
    for (const odd of [undefined, null, 'text', 7, {}]) expect(told(odd)).to.include('not known here');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { createExtractiveSummarizer } from '../../server/summaries/extractive/extractive.ts';
import { countWords } from '../../server/summaries/extractive/words.ts';
import { SUMMARY_STYLES } from '../../server/summaries/summarizer.ts';
import { inPieces, summarizeText } from '../support/summarize-text.ts';

const FOLDER = new URL('../../examples/', import.meta.url);
const EXAMPLES = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(new URL(name, FOLDER), 'utf8'),
}));
const ESSAY = EXAMPLES.find(({ name }) => name.startsWith('the-ferry'))!.text;
const LETTER = EXAMPLES.find(({ name }) => name === 'letter.txt')!.text;

const anyPiece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '\n',
    '\n\n',
    '\r\n',
    ' ',
    '. ',
    '# Title\n',
    '- ',
    '> ',
    '```\n',
    '| a | b |\n',
    '---\n',
    '\u001b[31mred\u001b[0m ',
    '\u001b]0;title\u0007',
    'We decided to move the harbour office to the old mill. ',
    'ANNA: Yes, I think so.\n',
    '2026-01-02T03:04:05Z ERROR disk full\n',
    'a,b,c\n',
    '{"level":50,"msg":"it broke"}\n',
    '橋を渡る人が増えたので、新しい橋を造ることに決定した。',
    'word '.repeat(80),
    '<p>Some <b>bold</b> words here.</p>',
    '"',
  ),
);
const anyText = fc.array(anyPiece, { maxLength: 25 }).map((pieces) => pieces.join(''));
const anyOptions = fc.record({
  style: fc.constantFrom(...SUMMARY_STYLES),
  maxWords: fc.integer({ min: 1, max: 150 }),
  key: fc.constantFrom('a.txt', 'a.md', 'a.log', 'a.csv', 'a.py', 'a.json', 'a.html', 'a.eml', 'noending'),
});

describe('extractive summarizer', () => {
  it('keeps to the words allowed and lets no control character through, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyOptions, async (text, options) => {
        const summary = await summarizeText(text, options);
        expect(countWords(summary)).to.be.at.most(options.maxWords);
        expect(summary.split(/\s+/).filter((word) => word !== '').length).to.be.at.most(options.maxWords);
        expect(summary).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(summary).not.to.match(/ {2}|^\s|\s$/);
        if (options.style !== 'bullets') expect(summary).not.to.include('\n');
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on where the pieces of the text end', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        anyOptions,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (text, options, lengths) => {
          expect(await summarizeText(text, { ...options, lengths })).to.equal(
            await summarizeText(text, options),
          );
        },
      ),
      { numRuns: 200 },
    );
    for (const { name, text } of EXAMPLES) {
      const whole = await summarizeText(text, { key: name, maxWords: 120 });
      expect(await summarizeText(text, { key: name, maxWords: 120, lengths: [1] }), name).to.equal(whole);
      expect(await summarizeText(text, { key: name, maxWords: 120, lengths: [777, 3, 8191] }), name).to.equal(
        whole,
      );
    }
  });

  it('quotes whole sentences in the order of the text', async () => {
    const plain = ESSAY.replace(/\*/g, '').replace(/\s+/g, ' ');
    const lines = (await summarizeText(ESSAY, { style: 'bullets', maxWords: 150, key: 'essay.md' })).split(
      '\n',
    );
    expect(lines.length).to.be.above(2);
    let from = 0;
    for (const line of lines) {
      const at = plain.indexOf(line.slice(2), from);
      expect(at, line).to.be.at.least(from);
      from = at;
      expect(line).to.match(/^- .*[.!?]["”]?$/);
    }
  });

  it('finds what a letter asks for', async () => {
    expect(await summarizeText(LETTER, { style: 'tldr' })).to.equal(
      'I am writing to ask the council to repair the storm drain in front of numbers 12 to 18 Harbour Lane before the spring tides at the end of this month.',
    );
    const summary = await summarizeText(LETTER, { maxWords: 120 });
    expect(summary).not.to.match(/Dear|sincerely|Judith Arnaud/);
  });

  it('turns to the focus, whatever the ending of its words', async () => {
    const about = (focus: string): Promise<string> => summarizeText(LETTER, { style: 'tldr', focus });
    expect(await about('insurance')).to.include('insurers');
    expect(await about('Did anyone inspect it?')).to.include('nspect');
    expect(await about('sandbag')).to.include('sandbags');
    expect(await about('of the and')).to.equal(await summarizeText(LETTER, { style: 'tldr' }));
  });

  it('cuts at a word where not even one sentence fits, and says so', async () => {
    expect(
      await summarizeText('The mill on the river burned down last night after a storm.', { maxWords: 4 }),
    ).to.equal('The mill on the…');
    expect(
      await summarizeText('The mill on the river burned down last night.', { maxWords: 4, style: 'bullets' }),
    ).to.equal('- The mill on…');
  });

  it('says nothing twice', async () => {
    const line = 'The harbour stays closed until the ice is gone.';
    const text = `${`${line}\n\n`.repeat(40)}The pilots meet on Monday to decide about the winter.\n`;
    for (const style of SUMMARY_STYLES) {
      const summary = await summarizeText(text, { style, maxWords: 100 });
      expect(summary.split(line).length - 1, style).to.equal(1);
    }
  });

  it('is shorter than a short text', async () => {
    const text =
      'The mill on the river burned down last night after a storm. Nobody was hurt, because the workers had gone home at six. The owner, Ms. Adler, said that she will rebuild it in stone before the next harvest. The fire brigade needed four hours, since the road was under water.';
    expect(countWords(await summarizeText(text, { maxWords: 200 }))).to.be.below(41);
  });

  it('writes nothing about a text without words', async () => {
    for (const text of [
      '',
      '\n\n',
      '   \t',
      '--- *** ===\n',
      '12 34 56\n+-+-+',
      '\u001b[2J\u001b[H',
      '|---|---|',
    ]) {
      for (const style of SUMMARY_STYLES)
        expect(await summarizeText(text, { style, key: 'a.md' }), JSON.stringify(text)).to.equal('');
    }
  });

  it('manages one giant line, and text without any full stop', async () => {
    const giant = ESSAY.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').repeat(20);
    const summary = await summarizeText(giant, { maxWords: 80 });
    expect(giant).to.include(summary.split('. ')[0]!);
    const endless = Array.from(
      { length: 5000 },
      (_, i) => ['harbour', 'ice', 'ferry', 'winter', 'engine'][(i * i) % 5],
    ).join(' ');
    expect(countWords(await summarizeText(endless, { maxWords: 50 }))).to.be.within(1, 50);
    expect(countWords(await summarizeText('x'.repeat(100_000), { maxWords: 5 }))).to.be.at.most(5);
  });

  it('lets no terminal escape or hidden sign out of the text', async () => {
    const text =
      'The \u001b[31mharbour\u001b[0m was closed by ice on Monday \u001b]0;owned\u0007morning.\u202e The fer\u00adries did not sail\u200b to the islands all week.';
    expect(await summarizeText(text)).to.equal(
      'The harbour was closed by ice on Monday morning. The ferries did not sail to the islands all week.',
    );
  });

  it('reports progress and hands the summary on', async () => {
    const seen: number[] = [];
    let delta = '';
    const { summary, coverage } = await createExtractiveSummarizer().summarize({
      text: inPieces(LETTER, [500]),
      key: 'letter.txt',
      style: 'tldr',
      maxWords: 60,
      onProgress: ({ characters }) => seen.push(characters),
      onDelta: (text) => {
        delta += text;
      },
    });
    expect(seen.at(-1)).to.equal(LETTER.length);
    expect(seen).to.have.length(Math.ceil(LETTER.length / 500));
    expect(delta).to.equal(summary);
    expect(coverage).to.equal(1);
  });

  it('lets others have their turn while it reads', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await summarizeText(ESSAY.repeat(150));
    clearInterval(timer);
    expect(turns).to.be.above(0);
  });

  it('stops for an aborted signal, with its reason, also while the source is silent', async () => {
    const reason = new Error('enough');
    const request = { key: 'a.txt', style: 'tldr', maxWords: 20 } as const;
    const attempt = async (text: AsyncIterable<string>, signal: AbortSignal): Promise<unknown> =>
      createExtractiveSummarizer()
        .summarize({ ...request, text, signal })
        .then(
          () => 'finished',
          (error: unknown) => error,
        );
    expect(await attempt(inPieces('Some words.'), AbortSignal.abort(reason))).to.equal(reason);

    const late = new AbortController();
    async function* silent(): AsyncGenerator<string> {
      yield 'Some words of a text.';
      late.abort(reason);
      await new Promise(() => {});
    }
    expect(await attempt(silent(), late.signal)).to.equal(reason);

    const busy = new AbortController();
    let given = 0;
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        if (++given === 50) busy.abort(reason);
        yield ESSAY;
      }
    }
    expect(await attempt(endless(), busy.signal)).to.equal(reason);
    expect(given).to.be.below(60);
  });

  it('passes on the error of a source that breaks', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'Some words of a text.';
      throw new Error('the disk is gone');
    }
    const result = createExtractiveSummarizer().summarize({
      text: broken(),
      key: 'a',
      style: 'tldr',
      maxWords: 9,
    });
    expect(await result.catch((error: Error) => error.message)).to.equal('the disk is gone');
  });
});

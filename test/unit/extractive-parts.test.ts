import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { cuePoints } from '../../server/summaries/extractive/cues.ts';
import { focusMatcher } from '../../server/summaries/extractive/focus.ts';
import { PassagePool } from '../../server/summaries/extractive/pool.ts';
import { splitSentences } from '../../server/summaries/extractive/sentences.ts';
import { termsOf } from '../../server/summaries/extractive/terms.ts';
import { Vocabulary } from '../../server/summaries/extractive/vocabulary.ts';
import { countWords, cutToWords } from '../../server/summaries/extractive/words.ts';

const ESSAY = readFileSync(
  new URL('../../examples/the-ferry-that-would-not-stop.md', import.meta.url),
  'utf8',
);

describe('sentences', () => {
  const cases: [string, number][] = [
    ['Dr. Vale met Mr. J. Smith at 10 p.m. on Monday. It rained.', 2],
    ['See Brown et al. (1993) for this. We do not.', 2],
    ['It cost 3.50 euros, i.e. too much. He paid.', 2],
    ['Boats, nets, etc. were lost. Nobody knows why.', 2],
    ['No. 5 is closed. No. That is all.', 3],
    ['“Stop! Go back,” she cried. Nobody did.', 2],
    ['He said "I saw it. It was blue." and left. We waited.', 2],
    ['Really? Yes! I think so… maybe.', 3],
    ['今日は雨だ。明日は晴れる！「行こう。」と彼は言った。', 4],
  ];
  for (const [text, count] of cases) {
    it(`${count} in: ${text}`, () => {
      const { sentences, rest } = splitSentences(text, true);
      expect(sentences, JSON.stringify(sentences)).to.have.length(count);
      expect(sentences.join('').replace(/\s/g, '')).to.equal(text.replace(/\s/g, ''));
      expect(rest).to.equal('');
    });
  }

  it('keeps an unfinished one for later', () => {
    expect(splitSentences('It rained. The river ro', false)).to.deep.equal({
      sentences: ['It rained.'],
      rest: 'The river ro',
    });
  });
});

describe('words', () => {
  it('are what stands between white space, and the words of scripts that write none', () => {
    expect(countWords(' one two-three — four\n')).to.equal(4);
    expect(countWords('')).to.equal(0);
    expect(countWords('図書館は明日開く。')).to.be.within(3, 7);
    expect(countWords('ห้องสมุดเปิดพรุ่งนี้')).to.be.within(2, 5);
  });

  it('are cut with an ellipsis that costs none', () => {
    expect(cutToWords('one two, three', 2)).to.equal('one two…');
    expect(cutToWords('one two', 2)).to.equal('one two');
    expect(countWords(cutToWords('図書館は明日開く。本を借りる。', 4))).to.equal(4);
  });
});

describe('announcing phrases', () => {
  it('are the same with and without the words that open the way to them', () => {
    const lines = `${ESSAY}\nWe therefore propose a new method. In short, it was decided that dogs stay out. See Figure 2 for details.\nThanks to all members. 結論として橋を残す。 Action: Dev orders the tank. The next meeting is on Friday, please come.`;
    const sentences = lines.split('\n').flatMap((line) => splitSentences(line, true).sentences);
    let withCue = 0;
    for (const sentence of sentences) {
      expect(cuePoints(sentence, termsOf(sentence).cues), sentence).to.equal(cuePoints(sentence));
      if (cuePoints(sentence) > 0) withCue++;
    }
    expect(withCue).to.be.above(10);
  });

  it('lift what states the point and lower what leads away from it', () => {
    expect(cuePoints('In this paper we propose a new parser.')).to.be.above(1);
    expect(cuePoints('The committee decided to sell the hall.')).to.be.above(0.5);
    expect(cuePoints('See Figure 3 for an example.')).to.be.below(-0.5);
  });
});

describe('focus', () => {
  it('matches other endings and nothing inside other words', () => {
    const match = focusMatcher('costs of repairs')!;
    expect(match('The repair cost more.')).to.equal(1);
    expect(match('Repairing costs time.')).to.equal(1);
    expect(match('The Costello family prepared it.')).to.equal(0);
    expect(focusMatcher('what is the')).to.equal(undefined);
    expect(focusMatcher('費用')!('その間に費用を調べる。')).to.equal(1);
  });
});

describe('bounded memory', () => {
  it('vocabulary: frequent terms survive a million rare ones', () => {
    const vocabulary = new Vocabulary();
    for (let i = 1; i <= 200_000; i++) {
      vocabulary.add(
        Int32Array.from([i % 10 === 0 ? -7 : -8, i * 5, i * 5 + 1, i * 5 + 2, i * 5 + 3, i * 5 + 4]),
      );
    }
    expect(vocabulary.count(-8)).to.be.within(179_000, 180_000);
    expect(vocabulary.count(-7)).to.be.within(19_000, 20_000);
    expect(vocabulary.count(5)).to.equal(0);
  });

  it('passages: a bounded number from the whole length of the text, the best of each part', () => {
    const pool = new PassagePool();
    const { terms } = termsOf('harbour ferry winter ice');
    for (let order = 0; order < 50_000; order++) {
      const prior = order % 1000 === 500 ? 2 : 0;
      pool.add({ text: `s${order}`, label: '', order, terms, prior, focus: 0, fragment: false });
    }
    const kept = pool.passages();
    expect(kept.length).to.be.within(300, 1500);
    expect(kept.filter(({ prior }) => prior === 2)).to.have.length(50);
    expect(kept[0]!.order).to.equal(0);
    expect(kept.at(-1)!.order).to.equal(49_999);
    expect(kept.map(({ order }) => order)).to.deep.equal(
      kept.map(({ order }) => order).sort((a, b) => a - b),
    );
  });
});

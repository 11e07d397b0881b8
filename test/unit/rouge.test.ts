import { expect } from 'chai';
import { rouge, rougeTokens } from '../../bench/rouge.ts';

describe('ROUGE of the bench', () => {
  it('agrees with rouge-score 0.1.2 on worked examples', () => {
    // scorer.score('The cat was found under the bed.', 'the cat was under the big bed') with use_stemmer=True
    const score = rouge('the cat was under the big bed', ['The cat was found under the bed.']);
    expect(score.rouge1).to.be.closeTo(6 / 7, 1e-9);
    expect(score.rouge2).to.be.closeTo(0.5, 1e-9);
    expect(score.rougeL).to.be.closeTo(6 / 7, 1e-9);
  });

  it('takes the best reference for each measure, and nothing for nothing', () => {
    expect(rouge('ferries sailed', ['unrelated words', 'the ferry sails']).rouge1).to.be.closeTo(0.8, 1e-9);
    expect(rouge('', ['anything'])).to.deep.equal({ rouge1: 0, rouge2: 0, rougeL: 0 });
  });

  it('stems words of more than three letters', () => {
    expect(rougeTokens('The running dogs, 3 of them: was')).to.deep.equal([
      'the',
      'run',
      'dog',
      '3',
      'of',
      'them',
      'was',
    ]);
  });
});

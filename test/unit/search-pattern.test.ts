import { expect } from 'chai';
import { ServiceError } from '../../server/errors.ts';
import { createMatcher } from '../../server/files/search/matcher.ts';
import { filterOf } from '../../server/files/search/pattern/filter.ts';

function refusal(pattern: string, mode: 'regex' | 'literal' = 'regex'): string {
  try {
    createMatcher({ pattern, mode, ignoreCase: false, contextLines: 0 });
  } catch (error) {
    expect(error).to.be.instanceOf(ServiceError).and.have.property('code', 'bad_request');
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a pattern', () => {
  const refused: [string, RegExp][] = [
    ['foo(?=bar)', /at character 4, "\(\?=".*Lookaround/],
    ['(?<!a)b', /Lookaround/],
    ['(a)\\1', /at character 4.*Backreferences/],
    ['a++', /Possessive/],
    ['(abc', /missing closing \)/],
    ['[a-', /missing closing \]/],
    ['[z-a]', /z-a/],
    ['*a', /missing argument/],
    ['a{1001}', /up to 1000/],
    ['\\u0041', /\\x\{41\}/],
    ['a\\', /trailing backslash/],
    ['(?x)a', /flag x/],
    ['one\\ntwo', /one by one/],
    ['\\pL{900}{2}', /nested repetition/],
    ['(\\pL{30}){33}(\\d{1,30}){33}(\\w{100}){10}(\\w{1,100}){10}(\\w{100}){10}', /too large/],
  ];
  for (const [pattern, words] of refused) {
    it(`${JSON.stringify(pattern)} is refused with what is wrong`, () => {
      expect(refusal(pattern)).to.match(words);
    });
  }

  it('may be anything as a literal', () => {
    for (const pattern of ['(', 'a{', '\\', '*', '(?=', '\ufffd']) {
      expect(refusal(pattern, 'literal')).to.equal('accepted');
    }
  });

  const filters: [string, string | undefined, string | undefined][] = [
    ['error: .*timeouts', 'timeouts', undefined],
    ['x+needle[0-9]*', 'xneedle', undefined],
    ['(?:ab){3}', 'ababab', undefined],
    ['\\Qa.b\\E.', 'a.b', undefined],
    ['[0-9]{3}-[a-z]+', undefined, '123-a'],
    ['foo|bar.*baz', undefined, 'bar'],
    ['(?i)needle', undefined, 'NEEDLE'],
    ['[a-z]*', undefined, undefined],
    ['a?b?', undefined, undefined],
  ];
  for (const [pattern, literal, sample] of filters) {
    it(`${pattern} is looked for by ${literal ?? sample ?? 'nothing'}`, () => {
      const filter = filterOf(pattern, false);
      expect(filter.literal).to.equal(literal);
      if (literal === undefined) expect(filter.expression?.test(sample ?? '')).to.equal(sample && true);
    });
  }

  it('gives a backtracking engine nothing that could explode', () => {
    const text = `${'a'.repeat(50_000)}!`;
    for (const pattern of [
      '(a+)+$',
      '(a|a)*b',
      '(a|aa)+$',
      'a*a*a*a*a*b',
      '(a?){40}a{40}',
      '(.*)*(.*)*x',
      '([a-z]+)*\\d',
    ]) {
      const { expression } = filterOf(pattern, false);
      // Ends at once or never.
      if (expression) expression.test(text);
    }
  });
});

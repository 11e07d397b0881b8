import { expect } from 'chai';
import { failed, unfinished } from '../../src/errors.ts';
import { watch } from '../../src/watch.ts';

describe('watching', () => {
  /** Answers, or throws, one after the other; ends with the last. */
  async function watchAll(answers: (number | Error)[]) {
    const seen: number[] = [];
    const troubles: string[] = [];
    const left = [...answers];
    const ask = async () => {
      const answer = left.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const next = (answer: number) => {
      seen.push(answer);
      return left.length === 0 ? ('enough' as const) : ('go on' as const);
    };
    const options = {
      everyMs: 1,
      signal: new AbortController().signal,
      onTrouble: (text: string) => troubles.push(text),
    };
    const error = await watch(ask, next, options).then(
      () => undefined,
      (caught) => caught,
    );
    return { seen, troubles, error };
  }
  const cut = unfinished('unreachable', 'cannot reach CloudWatch');

  it('goes on until it is enough', async () => {
    expect(await watchAll([1, 2, 3])).to.deep.equal({ seen: [1, 2, 3], troubles: [], error: undefined });
  });

  it('waits out what passes, once it had an answer', async () => {
    const { seen, troubles, error } = await watchAll([1, cut, cut, 2]);
    expect({ seen, error }).to.deep.equal({ seen: [1, 2], error: undefined });
    expect(troubles).to.deep.equal(Array(2).fill('cannot reach CloudWatch; trying again'));
  });

  it('fails where it never had an answer, and with what does not pass', async () => {
    expect((await watchAll([cut, 1])).error).to.equal(cut);
    const gone = failed('not_deployed', 'gone');
    expect(await watchAll([1, gone, 2])).to.deep.include({ seen: [1], error: gone });
  });
});

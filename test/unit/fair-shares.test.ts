import { expect } from 'chai';
import fc from 'fast-check';
import { atOnce } from '../../server/at-once.ts';
import { fairShares } from '../../server/mcp/fair-shares.ts';

describe('fair shares', () => {
  it('give what little is wanted, and the rest in equal parts', () => {
    expect(fairShares([100, 10, 100], 90)).to.deep.equal([40, 10, 40]);
    expect(fairShares([5, 5], 100)).to.deep.equal([5, 5]);
    expect(fairShares([], 100)).to.deep.equal([]);
  });

  it('never exceed the budget, waste none that is wanted, and favour nobody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 20, max: 3000 }),
        (wanted, budget) => {
          const shares = fairShares(wanted, budget);
          const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
          expect(sum(shares)).to.equal(Math.min(sum(wanted), budget));
          const cut = shares.filter((share, i) => share < wanted[i]!);
          const most = Math.max(...shares);
          for (const share of cut) expect(share).to.be.within(Math.max(most - 1, 1), most);
        },
      ),
    );
  });
});

describe('work at once', () => {
  it('keeps the order of its items, and its bound', async () => {
    let running = 0;
    let most = 0;
    const results = await atOnce([3, 1, 2, 0, 4], 2, async (item, index) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < item; i++) await new Promise(setImmediate);
      running--;
      return [item, index];
    });
    expect(results).to.deep.equal([3, 1, 2, 0, 4].map((item, index) => [item, index]));
    expect(most).to.equal(2);
  });

  it('fails as the first item fails', async () => {
    const failed = await atOnce([1, 2], 2, async (item) => {
      if (item === 2) throw new Error('two');
      return item;
    }).catch((error: Error) => error.message);
    expect(failed).to.equal('two');
  });
});

import { expect } from 'chai';
// @ts-expect-error a script, without types
import { foreignLicences, isFree } from '../../scripts/release/licences.mjs';
import { ROOT } from '../support/imports.ts';

describe('the licences of what the product is built with', () => {
  it('are free ones', async () => {
    const { count, foreign } = await foreignLicences(ROOT);
    expect(foreign).to.deep.equal([]);
    expect(count).to.be.above(50);
  });

  for (const [expression, free] of [
    ['MIT', true],
    ['(BSD-3-Clause OR GPL-2.0)', true],
    ['(MIT AND Zlib)', true],
    ['MIT AND GPL-3.0', false],
    ['AGPL-3.0-only', false],
    ['none named', false],
  ] as const) {
    it(`${free ? 'lets' : 'does not let'} ${expression} pass`, () => {
      expect(isFree(expression)).to.equal(free);
    });
  }
});

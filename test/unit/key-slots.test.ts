import { expect } from 'chai';
import {
  currentSlot,
  type KeySlots,
  oldSlot,
  withFresh,
  withoutOld,
} from '../../src/targets/aws/key-slots.ts';

describe('the two slots of the default key', () => {
  it('tell the current key from the one before', () => {
    const seen = (['a', 'b', 'ab', 'ba'] as const).map((slots) => [currentSlot(slots), oldSlot(slots)]);
    expect(seen).to.deep.equal([
      ['A', undefined],
      ['B', undefined],
      ['B', 'A'],
      ['A', 'B'],
    ]);
  });

  it('never lose the current key by dropping the old one, and never reuse its slot for a fresh one', () => {
    for (const slots of ['a', 'b', 'ab', 'ba'] as KeySlots[]) {
      expect(currentSlot(withoutOld(slots))).to.equal(currentSlot(slots));
      expect(oldSlot(withoutOld(slots))).to.equal(undefined);
      expect(oldSlot(withFresh(slots))).to.equal(currentSlot(slots));
      expect(currentSlot(withFresh(slots))).not.to.equal(currentSlot(slots));
    }
  });
});

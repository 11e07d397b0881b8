const SMALLEST = 1 << 12;
const LARGEST = 1 << 17;

/**
 * In how many sentences each term stands, in memory that does not grow with the text: when the table is full, every
 * count loses one and what reaches zero leaves (lossy counting, Manku and Motwani 2002), so that rare words go first.
 */
export class Vocabulary {
  /** Sentences counted. */
  sentences = 0;
  private keys = new Int32Array(SMALLEST);
  private counts = new Int32Array(SMALLEST);
  private used = 0;

  add(terms: Int32Array): void {
    this.sentences++;
    for (let i = 0; i < terms.length; i++) {
      const slot = this.slot(terms[i]!);
      if (this.counts[slot] === 0) {
        this.keys[slot] = terms[i]!;
        this.counts[slot] = 1;
        this.used++;
        if (this.used > this.keys.length * 0.6) this.makeRoom();
      } else {
        this.counts[slot]!++;
      }
    }
  }

  count(term: number): number {
    return this.counts[this.slot(term)]!;
  }

  private slot(term: number): number {
    const mask = this.keys.length - 1;
    let slot = (term ^ (term >>> 15)) & mask;
    while (this.counts[slot] !== 0 && this.keys[slot] !== term) slot = (slot + 1) & mask;
    return slot;
  }

  private makeRoom(): void {
    const { keys, counts } = this;
    const size = Math.min(LARGEST, keys.length * 2);
    let loss = 0;
    let kept = this.used;
    while (size === keys.length && kept > size * 0.3) {
      loss++;
      kept = 0;
      for (let i = 0; i < counts.length; i++) if (counts[i]! > loss) kept++;
    }
    this.keys = new Int32Array(size);
    this.counts = new Int32Array(size);
    this.used = 0;
    for (let i = 0; i < keys.length; i++) {
      const count = counts[i]! - loss;
      if (count <= 0) continue;
      const slot = this.slot(keys[i]!);
      this.keys[slot] = keys[i]!;
      this.counts[slot] = count;
      this.used++;
    }
  }
}

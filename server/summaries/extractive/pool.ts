import { detach, type Passage } from './passage.ts';
import { Vocabulary } from './vocabulary.ts';

/** Passages from the very beginning and the very end are all kept: writers put their point there. */
const KEPT_AT_START = 60;
const KEPT_AT_END = 60;
/** Passages kept of each section, and sections before neighbours are merged. */
const KEPT_PER_SECTION = 15;
const SECTIONS = 40;
/** Passages per section at first; doubles whenever sections are merged. */
const FIRST_SPAN = KEPT_PER_SECTION;

interface Section {
  kept: Passage[];
}

/**
 * Preselects passages of a text of unknown length in memory that does not grow with it. The text is divided into at
 * most 40 sections of equal length; when they are used up, neighbours merge and sections double in length. Of each
 * section the best stay. A short text is kept whole.
 */
export class PassagePool {
  readonly vocabulary = new Vocabulary();
  readonly headingTerms = new Set<number>();
  /** Passages seen, and among them whole sentences. */
  seen = 0;
  private readonly start: Passage[] = [];
  private readonly tail: Passage[] = [];
  private tailNext = 0;
  private sections: Section[] = [];
  private span = FIRST_SPAN;
  private inSpan = 0;

  add(passage: Passage): void {
    this.seen++;
    this.vocabulary.add(passage.terms);
    if (this.start.length < KEPT_AT_START) {
      this.start.push(detach(passage));
      return;
    }
    const before = this.tail[this.tailNext];
    this.tail[this.tailNext] = passage;
    this.tailNext = (this.tailNext + 1) % KEPT_AT_END;
    if (before !== undefined) this.toSection(before);
  }

  addHeading(terms: Int32Array): void {
    for (let i = 0; i < terms.length && this.headingTerms.size < 500; i++) this.headingTerms.add(terms[i]!);
  }

  /** What is left of the text, in its order. */
  passages(): Passage[] {
    const kept = [...this.start, ...this.sections.flatMap((section) => section.kept)];
    return [...kept, ...this.tail].sort((a, b) => a.order - b.order);
  }

  private toSection(passage: Passage): void {
    if (this.inSpan === this.span || this.sections.length === 0) {
      this.prune(this.sections.at(-1));
      if (this.sections.length === SECTIONS) this.merge();
      this.sections.push({ kept: [] });
      this.inSpan = 0;
    }
    this.inSpan++;
    const { kept } = this.sections.at(-1)!;
    kept.push(passage);
    if (kept.length >= KEPT_PER_SECTION * 4) this.prune(this.sections.at(-1));
  }

  private merge(): void {
    const merged: Section[] = [];
    for (let i = 0; i < this.sections.length; i += 2) {
      const section = { kept: [...this.sections[i]!.kept, ...this.sections[i + 1]!.kept] };
      this.prune(section);
      merged.push(section);
    }
    this.sections = merged;
    this.span *= 2;
  }

  private prune(section: Section | undefined): void {
    if (section === undefined || section.kept.length <= KEPT_PER_SECTION) return;
    const rated = section.kept.map((passage) => ({ passage, points: this.quickPoints(passage) }));
    rated.sort((a, b) => b.points - a.points || a.passage.order - b.passage.order);
    section.kept = rated.slice(0, KEPT_PER_SECTION).map(({ passage }) => detach(passage));
  }

  private quickPoints(passage: Passage): number {
    const { terms } = passage;
    let weight = 0;
    for (let i = 0; i < terms.length; i++) weight += Math.log(1 + this.vocabulary.count(terms[i]!));
    const average = weight / Math.max(8, terms.length) / Math.log(2 + this.vocabulary.sentences);
    return passage.prior + 3 * average + 3 * passage.focus - (passage.fragment ? 5 : 0);
  }
}

import { ProseBlocks, type ProseFormat } from './blocks.ts';
import type { FocusMatch } from './focus.ts';
import { headingPoints } from './headings.ts';
import { PassagePool } from './pool.ts';
import { priorPoints } from './prior.ts';
import { type Rated, rate } from './scoring.ts';
import { splitSentences } from './sentences.ts';
import { isFragment, shapeOf } from './shape.ts';
import { termsOf } from './terms.ts';

/** Longest paragraph kept before its sure sentences are taken out, in UTF-16 units. */
const PARAGRAPH_LIMIT = 4096;

/** Reads prose, Markdown, mail and transcripts line by line into the pool of passages. */
export class ProseReader {
  private readonly blocks: ProseBlocks;
  private readonly pool = new PassagePool();
  private readonly focus: FocusMatch | undefined;
  private readonly chatty: boolean;
  private paragraph = '';
  private lastText = '';
  private label = '';
  private quoted = false;
  private item = false;
  private inParagraph = 0;
  private inSection = 0;
  private heading = 0;
  private order = 0;

  constructor(focus: FocusMatch | undefined, format: ProseFormat) {
    this.focus = focus;
    this.chatty = format.transcript === true;
    this.blocks = new ProseBlocks(this, format);
  }

  line(line: string, continues: boolean): void {
    this.blocks.line(line, continues);
  }

  end(): void {
    this.blocks.end();
    this.endParagraph();
  }

  rated(): Rated[] {
    return rate(this.pool.passages(), this.pool, this.chatty);
  }

  /** A heading ends the section before it; its words count as topics. */
  onHeading(text: string): void {
    this.endParagraph();
    this.heading = headingPoints(text);
    this.inSection = 0;
    this.pool.addHeading(termsOf(text).terms);
  }

  onParagraph(kind: { quoted: boolean; item: boolean; label: string }): void {
    this.endParagraph();
    this.quoted = kind.quoted;
    this.item = kind.item;
    this.label = kind.label;
  }

  onText(text: string): void {
    this.paragraph = this.paragraph === '' ? text : this.joined(this.paragraph, text);
    this.lastText = text;
    if (this.paragraph.length <= PARAGRAPH_LIMIT) return;
    const { sentences, rest } = splitSentences(this.paragraph, false);
    for (const sentence of sentences) this.sentence(sentence);
    this.paragraph = rest;
    if (rest.length > PARAGRAPH_LIMIT) this.flush();
  }

  /** A word divided at the line's end loses its hyphen where the text also has it whole ("transla-" "tion"). */
  private joined(before: string, after: string): string {
    // Looks at the last line alone: the paragraph is a rope, and reading its end would copy it for every line.
    const { lastText } = this;
    if (isUnspaced(lastText, after)) return before + after;
    const start = lastText.endsWith('-') ? /\p{L}{1,40}(?=-$)/u.exec(lastText.slice(-41)) : null;
    const end = start === null ? null : /^\p{Ll}{1,40}/u.exec(after);
    if (start === null || end === null) return `${before} ${after}`;
    const [whole] = termsOf(start[0] + end[0]).terms;
    return whole !== undefined && this.pool.vocabulary.count(whole) > 0
      ? before.slice(0, -1) + after
      : before + after;
  }

  private endParagraph(): void {
    this.flush();
    this.inParagraph = 0;
    this.label = '';
  }

  private flush(): void {
    if (this.paragraph === '') return;
    const text = this.paragraph;
    this.paragraph = '';
    for (const sentence of splitSentences(text, true).sentences) this.sentence(sentence);
  }

  private sentence(text: string): void {
    const { terms, cues } = termsOf(text);
    if (terms.length === 0) return;
    const shape = shapeOf(text);
    const place = {
      heading: this.heading,
      inParagraph: this.inParagraph++,
      inSection: this.inSection++,
      quoted: this.quoted,
      item: this.item,
    };
    this.pool.add({
      text,
      label: this.label,
      order: this.order++,
      terms,
      prior: priorPoints(text, cues, shape, place),
      focus: this.focus?.(text) ?? 0,
      fragment: isFragment(text, shape, this.item),
    });
  }
}

/** Chinese and Japanese lines are joined without a space. */
function isUnspaced(before: string, after: string): boolean {
  const last = before.charCodeAt(before.length - 1);
  const first = after.charCodeAt(0);
  return last >= 0x3000 && first >= 0x3000 && !(last >= 0xac00 && last <= 0xd7a3);
}

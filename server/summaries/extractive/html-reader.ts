import type { ProseReader } from './prose-reader.ts';
import type { Rated } from './scoring.ts';

const BLOCK_TAG =
  /<\/?(?:p|div|li|ul|ol|br|tr|td|th|table|section|article|header|footer|nav|blockquote|figure|body|main|dd|dt|item|entry|title|h[1-6])\b[^<>]*>/gi;
const HEADING = /<h[1-6]\b[^<>]*>(.{0,500}?)<\/h[1-6]>/gi;
const UNSEEN = /<(script|style|svg|head|template|noscript)\b[^<>]*>.{0,4000}?<\/\1>/gi;

/** Reads HTML and XML as text: block tags divide paragraphs, scripts and styles are left out. */
export class HtmlReader {
  private readonly prose: ProseReader;
  private unseen: RegExp | undefined;
  private openTag = '';

  constructor(prose: ProseReader) {
    this.prose = prose;
  }

  line(raw: string, _continues: boolean): void {
    let line = this.openTag + raw.trim();
    this.openTag = '';
    if (this.unseen !== undefined) {
      const end = this.unseen.exec(line);
      if (end === null) return;
      line = line.slice(end.index + end[0].length);
      this.unseen = undefined;
    }
    line = line.replace(UNSEEN, '');
    const start = /<(script|style|svg|template|noscript)\b[^<>]*>/i.exec(line);
    if (start !== null) {
      this.unseen = new RegExp(`</${start[1]}>`, 'i');
      line = line.slice(0, start.index);
    }
    const open = line.lastIndexOf('<');
    if (open >= 0 && !line.includes('>', open) && line.length - open < 1000) {
      this.openTag = `${line.slice(open)} `;
      line = line.slice(0, open);
    }
    const parts = line.replace(HEADING, '\n\n# $1\n\n').replace(BLOCK_TAG, '\n\n').split('\n');
    for (const part of parts) if (part.trim() !== '' || parts.length > 1) this.prose.line(part.trim(), false);
  }

  end(): void {
    this.prose.end();
  }

  rated(): Rated[] {
    return this.prose.rated();
  }
}

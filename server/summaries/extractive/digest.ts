import { CodeReader } from './code-reader.ts';
import { focusMatcher } from './focus.ts';
import { formatOf } from './format.ts';
import { HtmlReader } from './html-reader.ts';
import { JsonReader } from './json-reader.ts';
import { LineSplitter } from './lines.ts';
import { LogReader } from './log-reader.ts';
import { ProseReader } from './prose-reader.ts';
import type { Rated } from './scoring.ts';
import { TableReader } from './table-reader.ts';

/** Lines and characters read before the format is settled. */
const SAMPLE_LINES = 200;
const SAMPLE_CHARACTERS = 32_768;

/** Takes the lines of one format and rates what could stand in the summary. */
export interface Reader {
  line(line: string, continues: boolean): void;
  end(): void;
  rated(): Rated[];
}

/** Reads one text, piece by piece, whatever its format. */
export class Digest {
  private readonly key: string;
  private readonly focus: string | undefined;
  private readonly splitter = new LineSplitter((line, continues) => this.line(line, continues));
  private sample: { line: string; continues: boolean }[] = [];
  private sampled = 0;
  private reader: Reader | undefined;

  /** @param key hints at the format by its ending */
  constructor(key: string, focus: string | undefined) {
    this.key = key;
    this.focus = focus;
  }

  push(piece: string): void {
    this.splitter.push(piece);
  }

  /** The text is over. */
  finish(): Rated[] {
    this.splitter.end();
    const reader = this.reader ?? this.settle();
    reader.end();
    return reader.rated();
  }

  private line(line: string, continues: boolean): void {
    if (this.reader !== undefined) {
      this.reader.line(line, continues);
      return;
    }
    this.sample.push({ line, continues });
    this.sampled += line.length;
    if (this.sample.length >= SAMPLE_LINES || this.sampled >= SAMPLE_CHARACTERS) this.settle();
  }

  private settle(): Reader {
    const { sample } = this;
    const reader = this.readerFor(sample.map(({ line }) => line));
    this.reader = reader;
    this.sample = [];
    for (const { line, continues } of sample) reader.line(line, continues);
    return reader;
  }

  private readerFor(sample: readonly string[]): Reader {
    const { format, delimiter } = formatOf(this.key, sample);
    const focus = focusMatcher(this.focus);
    switch (format) {
      case 'log':
        return new LogReader(focus);
      case 'table':
        return new TableReader(delimiter, focus);
      case 'code':
        return new CodeReader(new ProseReader(focus, { flowing: true }));
      case 'json':
        return new JsonReader(new ProseReader(focus, {}));
      case 'html':
        return new HtmlReader(new ProseReader(focus, { flowing: true }));
      default:
        return new ProseReader(focus, { transcript: format === 'transcript', mail: format === 'mail' });
    }
  }
}

import { focusMatcher } from './focus.ts';
import { LineSplitter } from './lines.ts';
import { PassagePool } from './pool.ts';
import { ProseReader } from './prose-reader.ts';
import { type Rated, rate } from './scoring.ts';

export class Digest {
  words = 0;
  private readonly pool = new PassagePool();
  private readonly splitter: LineSplitter;
  private readonly reader: ProseReader;
  constructor(_key: string, focus: string | undefined) {
    this.reader = new ProseReader(this.pool, focusMatcher(focus), { transcript: false, mail: false });
    this.splitter = new LineSplitter((line, continues) => this.reader.line(line, continues));
  }
  push(piece: string): void {
    this.words += piece.length / 6;
    this.splitter.push(piece);
  }
  finish(): Rated[] {
    this.splitter.end();
    this.reader.end();
    return rate(this.pool.passages(), this.pool);
  }
}

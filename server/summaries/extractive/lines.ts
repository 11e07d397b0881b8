/** Longest line handed on in one piece, in UTF-16 units: a file that is one giant line comes as many. */
const LINE_LIMIT = 8192;

const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
const UNWANTED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** A line without terminal escapes, control characters and marks that nobody sees. */
function clean(line: string): string {
  if (!UNWANTED.test(line)) return line;
  return line.replace(ESCAPES, '').replace(INVISIBLE, '').replace(CONTROLS, ' ');
}

/**
 * Cuts pieces of text into clean lines. Where a line is cut for its length depends on the line alone, never on
 * where the pieces ended, so that the same text gives the same lines.
 */
export class LineSplitter {
  private pending = '';
  private readonly onLine: (line: string, continues: boolean) => void;

  /** @param onLine `continues` says that the line was cut for its length and goes on in the next call. */
  constructor(onLine: (line: string, continues: boolean) => void) {
    this.onLine = onLine;
  }

  push(piece: string): void {
    const hasNewline = piece.includes('\n');
    this.pending += piece;
    if (!hasNewline && this.pending.length <= LINE_LIMIT) return;
    const text = this.pending;
    let start = 0;
    for (;;) {
      const newline = text.indexOf('\n', start);
      if (newline < 0) break;
      start = this.cutLong(text, start, newline);
      this.emit(text.slice(start, newline), false);
      start = newline + 1;
    }
    start = this.cutLong(text, start, text.length);
    this.pending = text.slice(start);
  }

  end(): void {
    if (this.pending !== '') this.emit(this.pending, false);
    this.pending = '';
  }

  private cutLong(text: string, from: number, to: number): number {
    let start = from;
    while (to - start > LINE_LIMIT) {
      const cut = cutPosition(text, start);
      this.emit(text.slice(start, cut), true);
      start = cut;
    }
    return start;
  }

  private emit(raw: string, continues: boolean): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (!line.includes('\r')) {
      this.onLine(clean(line), continues);
      return;
    }
    const parts = line.split('\r');
    for (const [index, part] of parts.entries())
      this.onLine(clean(part), continues && index === parts.length - 1);
  }
}

/** After the last white space of the piece, else before a character that is not half of a surrogate pair. */
function cutPosition(text: string, start: number): number {
  const end = start + LINE_LIMIT;
  const space = text.lastIndexOf(' ', end - 1);
  if (space > start + LINE_LIMIT / 2) return space + 1;
  const unit = text.charCodeAt(end);
  return unit >= 0xdc00 && unit <= 0xdfff ? end - 1 : end;
}

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines. A line longer than the limit is skipped, not kept in memory: it is handed on
 * as undefined once it ends.
 */
export class LineSplitter {
  private readonly limit: number;
  private readonly onLine: (line: string | undefined) => void;
  private parts: Buffer[] = [];
  private size = 0;

  /** @param limit bytes of a line */
  constructor(limit: number, onLine: (line: string | undefined) => void) {
    this.limit = limit;
    this.onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.keep(chunk.subarray(from, end));
      this.finish();
      from = end + 1;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  /** The stream has ended: what came after its last newline is a line too. */
  end(): void {
    if (this.size > 0) this.finish();
  }

  private keep(part: Buffer): void {
    this.size += part.length;
    if (this.size > this.limit) this.parts = [];
    else this.parts.push(part);
  }

  private finish(): void {
    const line =
      this.size > this.limit
        ? undefined
        : (this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)).toString('utf8');
    this.parts = [];
    this.size = 0;
    this.onLine(line);
  }
}

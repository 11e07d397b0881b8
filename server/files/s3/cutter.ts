/** Cuts chunks of any length into parts. */
export class Cutter {
  ended = false;
  private rest: Uint8Array | undefined;
  private readonly begun: Uint8Array[];
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(begun: Uint8Array[], chunks: AsyncIterator<Uint8Array>) {
    this.begun = begun;
    this.chunks = chunks;
  }

  /** Fills the buffer, or as much of it as there is. Looks one chunk ahead, so that no part is empty. */
  async fill(buffer: Buffer): Promise<Buffer> {
    let length = 0;
    for (;;) {
      this.rest ??= await this.next();
      if (this.rest === undefined) {
        this.ended = true;
        return buffer.subarray(0, length);
      }
      if (length === buffer.length) return buffer;
      const taken = Math.min(this.rest.length, buffer.length - length);
      buffer.set(this.rest.subarray(0, taken), length);
      length += taken;
      this.rest = taken === this.rest.length ? undefined : this.rest.subarray(taken);
    }
  }

  private async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.begun.shift() ?? (await this.chunks.next()).value;
      if (chunk === undefined || chunk.length > 0) return chunk;
    }
  }
}

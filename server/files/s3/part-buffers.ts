/**
 * Memory for the parts of uploads: so many bytes at a time for all uploads of a store together, used again and again.
 * A new buffer for each part would keep the garbage collector busy, and several uploads at once would take all there is.
 */
export class PartBuffers {
  private readonly budget: number;
  private used = 0;
  private idle: Buffer[] = [];
  private readonly waiting: (() => void)[] = [];

  constructor(budget: number) {
    this.budget = budget;
  }

  /** Waits until there is room; one that is larger than all the room comes when nothing else is in use. */
  async take(bytes: number): Promise<Buffer> {
    while (this.used > 0 && this.used + bytes > this.budget) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.used += bytes;
    const at = this.idle.findIndex((buffer) => buffer.length === bytes);
    return at < 0 ? Buffer.allocUnsafeSlow(bytes) : this.idle.splice(at, 1)[0]!;
  }

  giveBack(buffer: Buffer): void {
    this.idle.push(buffer);
    this.drop(buffer);
  }

  /** Gives its room back, and not the buffer itself. */
  drop(buffer: Buffer): void {
    this.used -= buffer.length;
    // Nothing is kept for uploads that may never come.
    if (this.used === 0) this.idle = [];
    for (const wake of this.waiting.splice(0)) wake();
  }
}

interface Waiting {
  bytes: number;
  enter: () => void;
}

/**
 * Memory for the parts of uploads: so many bytes at a time for all uploads of a store together, used again and again.
 * A new buffer for each part would keep the garbage collector busy, and several uploads at once would take all there is.
 */
export class PartBuffers {
  private readonly budget: number;
  private used = 0;
  private idle: Buffer[] = [];
  /** In the order in which they came: a large part would never get its room otherwise. */
  private readonly waiting: Waiting[] = [];

  constructor(budget: number) {
    this.budget = budget;
  }

  /** Bytes of all buffers: those in use and those that are kept for the next part. */
  get held(): number {
    return this.idle.reduce((sum, { length }) => sum + length, this.used);
  }

  /**
   * Waits until there is room; what is larger than all the room comes when nothing else is in use. Rejects with the
   * signal's reason when that is aborted before.
   */
  async take(bytes: number, signal: AbortSignal): Promise<Buffer> {
    await this.enter(bytes, signal);
    const at = this.idle.findIndex((buffer) => buffer.length === bytes);
    if (at >= 0) return this.idle.splice(at, 1)[0]!;
    // Parts grow with the upload: those of another length are of no more use.
    while (this.idle.length > 0 && this.held > this.budget) this.idle.shift();
    return Buffer.allocUnsafeSlow(bytes);
  }

  giveBack(buffer: Buffer): void {
    this.idle.push(buffer);
    this.drop(buffer);
  }

  /** Gives its room back, and not the buffer itself. */
  drop(buffer: Buffer): void {
    this.used -= buffer.length;
    this.letIn();
    // Nothing is kept for uploads that may never come.
    if (this.used === 0) this.idle = [];
  }

  private enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(signal.reason);
        this.letIn();
      };
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { bytes, enter };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiting);
      this.letIn();
    });
  }

  private letIn(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (this.used > 0 && this.used + next.bytes > this.budget) return;
      this.waiting.shift();
      this.used += next.bytes;
      next.enter();
    }
  }
}

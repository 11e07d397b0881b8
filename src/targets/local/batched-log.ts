import type { Writable } from 'node:stream';

const BATCH_MS = 200;
const BATCH_CHARACTERS = 64 * 1024;

/**
 * Writes log lines a few at a time: each write of the log takes longer than a small answer. What is not written
 * yet is lost if the process is killed.
 */
export class BatchedLog {
  private readonly log: Writable;
  private lines = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(log: Writable) {
    this.log = log;
  }

  write(line: string): void {
    this.lines += line;
    if (this.lines.length > BATCH_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), BATCH_MS).unref();
  }

  async end(): Promise<void> {
    this.flush();
    await new Promise<void>((resolve) => this.log.end(resolve));
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lines !== '') this.log.write(this.lines);
    this.lines = '';
  }
}

import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK = 64 * 1024;

/** A longer line is cut into pieces, so that a file without newlines cannot fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/** A file that others write, read line by line from the start, as far as it goes and later on from there. */
export class LogTail {
  private readonly handle: FileHandle;
  private readonly chunk = Buffer.allocUnsafe(CHUNK);
  private decoder = new StringDecoder('utf8');
  private position = 0;
  /** The beginning of a line whose end is not there yet. */
  private rest = '';

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /** The complete lines that are there by now, in pieces of one chunk each. */
  async *lines(): AsyncGenerator<string[]> {
    const { size } = await this.handle.stat();
    if (size < this.position) {
      // Somebody emptied the file: what follows is new.
      yield this.lastLine();
      this.position = 0;
    }
    for (;;) {
      const { bytesRead } = await this.handle.read(this.chunk, 0, CHUNK, this.position);
      if (bytesRead === 0) return;
      this.position += bytesRead;
      const text = this.rest + this.decoder.write(this.chunk.subarray(0, bytesRead));
      const lines = text.split('\n');
      this.rest = lines.pop()!;
      if (this.rest.length > LONGEST_LINE) {
        lines.push(this.rest);
        this.rest = '';
      }
      yield lines;
    }
  }

  /** The line without an end, where there is one. */
  lastLine(): string[] {
    const line = this.rest + this.decoder.end();
    this.rest = '';
    this.decoder = new StringDecoder('utf8');
    return line === '' ? [] : [line];
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

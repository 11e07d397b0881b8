import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { failed, systemReason } from '../../errors.ts';

const CHUNK = 64 * 1024;

/** A longer line is cut into pieces, so that a file without newlines cannot fill the memory. */
const LONGEST_LINE = 1024 * 1024;

/** A file that others write, read line by line from the start, as far as it goes and later on from there. */
export class LogTail {
  private readonly handle: FileHandle;
  private decoder = new StringDecoder('utf8');
  private position = 0;
  /** The beginning of a line whose end is not there yet. */
  private rest = '';

  private constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /** Undefined where there is no such file. Throws failed (exit 1) where it cannot be read. */
  static async open(path: string): Promise<LogTail | undefined> {
    try {
      const handle = await open(path, 'r');
      const tail = new LogTail(handle);
      if (!(await handle.stat()).isDirectory()) return tail;
      await handle.close();
      throw Object.assign(new Error(), { code: 'EISDIR' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw failed('log_file', `cannot read the log ${path}: ${systemReason(error) ?? String(error)}`);
    }
  }

  /** What tells the file from every other one, whatever its name, and when it was last written (milliseconds). */
  async identity(): Promise<{ id: string; modified: number }> {
    const { dev, ino, mtimeMs } = await this.handle.stat({ bigint: true });
    return { id: `${dev}:${ino}`, modified: Number(mtimeMs) };
  }

  /** The complete lines that are there by now, in pieces of one chunk each. */
  async *lines(): AsyncGenerator<string[]> {
    const { size } = await this.handle.stat();
    if (size < this.position) {
      // Somebody emptied the file: what follows is new.
      yield this.lastLine();
      this.position = 0;
    }
    if (size === this.position) return;
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await this.handle.read(chunk, 0, CHUNK, this.position);
      if (bytesRead === 0) return;
      this.position += bytesRead;
      const text = this.rest + this.decoder.write(chunk.subarray(0, bytesRead));
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

import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { Writable } from 'node:stream';
import { lockSync } from 'proper-lockfile';
import { failed, systemReason } from '../../errors.ts';
import { LOG_FILE_LIMIT, logFiles } from './log-files.ts';

/**
 * Opens the local log for appending, as a stream for the logger. Several processes may write one log: each line
 * is a single write to a file opened with O_APPEND, and only one of them moves a full file away.
 *
 * A line that cannot be written (the disk is full) is dropped: the service goes on. The stream never fails.
 *
 * @param onLine sees every line, without its newline, also those that could not be written
 * @throws failed (exit 1) where the folder cannot be made or the file not be opened
 */
export async function openLogFile(
  folder: string,
  onLine?: (line: string) => void,
  options: { limit?: number } = {},
): Promise<Writable> {
  const file = new AppendedFile(folder, options.limit ?? LOG_FILE_LIMIT);
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const line = chunk.toString();
      file.append(line);
      if (onLine !== undefined) for (const each of line.trimEnd().split('\n')) onLine(each);
      done();
    },
    final(done) {
      file.close();
      done();
    },
  });
}

class AppendedFile {
  private readonly paths: string[];
  private readonly limit: number;
  private fd: number;
  /** The last line in the file is a part only: the next one must not be glued to it. */
  private torn = false;

  constructor(folder: string, limit: number) {
    this.paths = logFiles(folder);
    this.limit = limit;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.fd = this.open();
    } catch (error) {
      const reason = systemReason(error) ?? String(error);
      throw failed('log_file', `cannot write the log ${this.paths[0]}: ${reason}`, [
        'set MCP_S3_STATE_DIR to a folder that you can write to',
      ]);
    }
  }

  append(line: string): void {
    try {
      this.followTheName();
      const bytes = Buffer.from(this.torn ? `\n${line}` : line);
      this.torn = true;
      this.torn = writeSync(this.fd, bytes) < bytes.length;
    } catch {
      // Dropped: see openLogFile.
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  private open(): number {
    const fd = openSync(this.paths[0]!, 'a+', 0o600);
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    this.torn = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    return fd;
  }

  /** Writes to the file that has the name now, which is a new one when this or another process moved it away. */
  private followTheName(): void {
    const mine = fstatSync(this.fd);
    if (mine.size >= this.limit && this.isNamed(mine.ino)) this.rotate(mine.ino);
    if (!this.isNamed(mine.ino)) {
      const fresh = this.open();
      closeSync(this.fd);
      this.fd = fresh;
    }
  }

  private isNamed(inode: number): boolean {
    return statSync(this.paths[0]!, { throwIfNoEntry: false })?.ino === inode;
  }

  private rotate(inode: number): void {
    let release: () => void;
    try {
      release = lockSync(this.paths[0]!, { realpath: false, stale: 10_000 });
    } catch {
      return; // Another process is at it, and this line still belongs to the old file.
    }
    try {
      // Looked at again under the lock: the other process may just be done.
      if (!this.isNamed(inode)) return;
      for (let age = this.paths.length - 1; age > 0; age--) {
        const younger = this.paths[age - 1]!;
        if (statSync(younger, { throwIfNoEntry: false }) !== undefined) renameSync(younger, this.paths[age]!);
      }
    } finally {
      release();
    }
  }
}

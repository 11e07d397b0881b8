import { join } from 'node:path';

/** Names of a local log's files: the one that is written, and older ones that were moved away. */
export const LOG_FILE = 'server.ndjson';

/** The old files, newest first. */
const ROTATED_LOG_FILES = [`${LOG_FILE}.1`, `${LOG_FILE}.2`] as const;

/** A file of this many bytes is moved away before the next line. */
export const LOG_FILE_LIMIT = 10_000_000;

/** Paths of a log's files, the newest first. */
export function logFiles(folder: string): string[] {
  return [LOG_FILE, ...ROTATED_LOG_FILES].map((name) => join(folder, name));
}

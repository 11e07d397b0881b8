import { z } from 'zod';
import { atOnce } from '../../at-once.ts';
import { ServiceError } from '../../errors.ts';
import { fileKey } from '../../file-key.ts';
import { type LinesPage, readLines } from '../../files/text/read-lines.ts';
import { withNearKeys } from '../../near-keys.ts';
import { fairShares } from '../fair-shares.ts';
import { defineTool, READ_ONLY, type ToolContext, type ToolResult } from '../tool.ts';
import { failureText, isOurs } from '../tool-result.ts';

/** Bytes of all texts together: as much as one page of `read_file`, for the same limit of clients. */
const BUDGET = 40_000;
const MAX_FILES = 20;
/** Files read at once: a call must not take all connections to the storage. */
const AT_ONCE = 5;

type Read = { key: string; page: LinesPage } | { key: string; failure: string };

export const readFiles = defineTool({
  name: 'read_files',
  title: 'Read several files',
  description:
    'Reads the beginnings of up to 20 text files in one call: small ones whole, and what is left of about 40 KB is ' +
    'shared fairly by the large ones. A line before each text names the file, which part it is and how to go on with ' +
    'read_file. A file that cannot be read says why; the others are read all the same.',
  input: z.strictObject({
    file_keys: z.array(fileKey).min(1).max(MAX_FILES).describe('Keys of the files, exactly as listed.'),
  }),
  annotations: READ_ONLY,
  async run({ file_keys: asked }, context) {
    const keys = [...new Set(asked)];
    const first = await atOnce(keys, AT_ONCE, (key) => read(key, BUDGET, context));
    const sizes = first.map((one) => ('page' in one ? Buffer.byteLength(one.page.text) : 0));
    const shares = fairShares(sizes, BUDGET);
    const reads = await atOnce(keys, AT_ONCE, async (key, i) =>
      sizes[i]! > shares[i]! ? read(key, shares[i]!, context) : first[i]!,
    );
    return answer(reads);
  },
});

async function read(key: string, maxBytes: number, context: ToolContext): Promise<Read> {
  const { store, signal, lineIndexes: indexes } = context;
  try {
    return { key, page: await readLines(store, key, { maxBytes, signal, indexes }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ServiceError)) throw error;
    if (isOurs(error)) context.onFailure(error);
    return { key, failure: failureText(await withNearKeys(store, key, error), '') };
  }
}

function answer(reads: readonly Read[]): ToolResult {
  const text = reads.flatMap((one) => {
    const name = JSON.stringify(one.key);
    if ('failure' in one) return [`File ${name} was not read: ${one.failure}`];
    return [`File ${name}: ${partOf(one.page)}`, ...(one.page.text === '' ? [] : [one.page.text])];
  });
  return { text, ...(reads.every((one) => 'failure' in one) ? { failed: true } : {}) };
}

function partOf({ head, toLine, totalLines, nextLine, truncatedLine }: LinesPage): string {
  if (head.size === 0) return 'it is empty.';
  if (truncatedLine !== undefined) {
    return `the start of line ${truncatedLine.line}. Go on with read_file, offset ${truncatedLine.nextOffset}.`;
  }
  if (nextLine === undefined) return `all of it, ${totalLines} ${totalLines === 1 ? 'line' : 'lines'}.`;
  return `lines 1 to ${toLine} of a file of ${head.size} bytes. Go on with read_file, from_line ${nextLine}.`;
}

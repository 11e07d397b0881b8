import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import { fileKey } from '../../file-key.ts';
import { readBytes } from '../../files/text/read-bytes.ts';
import { readLines } from '../../files/text/read-lines.ts';
import { readTail } from '../../files/text/read-tail.ts';
import { withNearKeys } from '../../near-keys.ts';
import { defineTool, READ_ONLY, type ToolContext, type ToolResult } from '../tool.ts';

/**
 * Bytes of a page. Clients cut results at 25,000 tokens; dense text (digits, hexadecimal) has about two characters
 * to a token, prose four.
 */
const PAGE_BYTES = 40_000;

const input = z.strictObject({
  file_key: fileKey,
  from_line: z.int().min(1).optional().describe('First line to read, counted from 1. Default 1.'),
  lines: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Most lines to read. Default: as many as fit on a page.'),
  tail: z.int().min(1).max(100_000).optional().describe('Instead: the last so many lines, such as of a log.'),
  offset: z.int().min(0).optional().describe('Instead: the byte to read from, for lines longer than a page.'),
  length: z.int().min(1).max(PAGE_BYTES).optional().describe('Bytes to read from `offset`.'),
});
type Input = z.infer<typeof input>;

export const readFile = defineTool({
  name: 'read_file',
  title: 'Read a file',
  description:
    'Reads text from one file, a page of about 40 KB at a time: from the start, from a line (`from_line`, `lines`), ' +
    'the last lines (`tail`), or from a byte (`offset`). A note after the text says which part it is and how to go on. ' +
    'For a long file consider summarize_file first.',
  input,
  annotations: READ_ONLY,
  async run(args, context) {
    context.note({ file_key: args.file_key });
    const way = wayOf(args);
    try {
      return await way(args, context);
    } catch (error) {
      throw await withNearKeys(context.store, args.file_key, error);
    }
  },
});

function wayOf(args: Input): (args: Input, context: ToolContext) => Promise<ToolResult> {
  const byLines = args.from_line !== undefined || args.lines !== undefined;
  const byBytes = args.offset !== undefined || args.length !== undefined;
  const byTail = args.tail !== undefined;
  if (Number(byLines) + Number(byBytes) + Number(byTail) > 1) {
    const message =
      'from_line and lines, tail, and offset and length are three ways to read: use one of them';
    throw new ServiceError('bad_request', message);
  }
  return byTail ? lastLines : byBytes ? bytes : someLines;
}

async function someLines(args: Input, { store, signal, lineIndexes }: ToolContext): Promise<ToolResult> {
  const page = await readLines(store, args.file_key, {
    fromLine: args.from_line ?? 1,
    maxBytes: PAGE_BYTES,
    signal,
    indexes: lineIndexes,
    ...(args.lines === undefined ? {} : { lines: args.lines }),
  });
  const { text, head, fromLine, toLine, totalLines, nextLine, truncatedLine } = page;
  if (head.size === 0) return { text: '', note: 'The file is empty.' };
  const where = fromLine === toLine ? `Line ${fromLine}` : `Lines ${fromLine} to ${toLine}`;
  const of = totalLines === undefined ? `a file of ${head.size} bytes` : `${totalLines}`;
  if (truncatedLine !== undefined) {
    const { line, nextOffset } = truncatedLine;
    return {
      text,
      note: `The start of line ${line}, which is longer than a page. Go on with offset ${nextOffset}.`,
    };
  }
  const next = nextLine === undefined ? 'This is the end of the file.' : `Go on with from_line ${nextLine}.`;
  return { text, note: `${where} of ${of}. ${next}` };
}

async function lastLines(args: Input, { store, signal }: ToolContext): Promise<ToolResult> {
  const page = await readTail(store, args.file_key, { lines: args.tail!, maxBytes: PAGE_BYTES, signal });
  const { text, head, lines, offset, truncatedLine } = page;
  const size = `of a file of ${head.size} bytes`;
  if (truncatedLine) return { text, note: `The end of the last line ${size}, from byte ${offset} on.` };
  const fewer = lines < args.tail! && offset > 0 ? `, as many as fit on a page` : '';
  return { text, note: `The last ${lines} lines ${size}, from byte ${offset} on${fewer}.` };
}

async function bytes(args: Input, { store, signal }: ToolContext): Promise<ToolResult> {
  const page = await readBytes(store, args.file_key, {
    offset: args.offset ?? 0,
    length: args.length ?? PAGE_BYTES,
    signal,
  });
  const { text, head, offset, nextOffset } = page;
  const next = nextOffset === undefined ? 'This is the end of the file.' : `Go on with offset ${nextOffset}.`;
  return { text, note: `From byte ${offset} of a file of ${head.size} bytes. ${next}` };
}

import { z } from 'zod';
import { browse, FILE_ORDERS } from '../../files/browse.ts';
import { dataResult, defineTool, READ_ONLY } from '../tool.ts';

const DEFAULT_PAGE = 200;
/** A page of 500 entries stays below 25,000 tokens with keys of ordinary length. */
const MAX_PAGE = 500;

const input = z.strictObject({
  prefix: z
    .string()
    .max(1024)
    .optional()
    .describe('Only keys that start with this, such as "reports/2024/".'),
  glob: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe(
      'Only files that match, such as "*.md" (the name, at any depth) or "logs/**/error-*" (the whole key).',
    ),
  depth: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Levels below the prefix; deeper keys are rolled up into `folders`. Default: all levels.'),
  sort: z
    .enum(FILE_ORDERS)
    .optional()
    .describe('key (default), newest first, or largest first. Folders are listed by key only.'),
  limit: z
    .int()
    .min(1)
    .max(MAX_PAGE)
    .optional()
    .describe(`Most entries on the page. Default ${DEFAULT_PAGE}.`),
  cursor: z.string().min(1).max(8192).optional().describe('`next_cursor` of the page before.'),
});

const output = z.object({
  files: z.array(
    z.object({
      key: z.string(),
      size: z.int().describe('Bytes.'),
      last_modified: z.string().describe('ISO 8601, UTC.'),
    }),
  ),
  folders: z.array(z.string()).describe('Prefixes that stand for deeper keys, where a depth was given.'),
  next_cursor: z.string().optional().describe('Present exactly when there is more.'),
  partly_sorted: z
    .literal(true)
    .optional()
    .describe('There are too many files to sort: only the first 20,000 by key were. Narrow the prefix.'),
});

export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'Lists the files of the bucket, a page at a time. Start here when you do not know a key. Give `prefix` to look ' +
    'into a folder ("reports/"), `depth: 1` to see one level with its sub-folders only, `glob` to filter, `sort` for ' +
    'the newest or largest first. When `next_cursor` is present there is more (also after a page with few files): ' +
    'call again with it as `cursor`, all else unchanged.',
  input,
  output,
  annotations: READ_ONLY,
  async run({ sort, limit = DEFAULT_PAGE, ...where }, { store, signal }) {
    const page = await browse(store, { ...where, order: sort, limit, signal });
    return dataResult({
      files: page.files.map(({ key, size, lastModified }) => ({
        key,
        size,
        last_modified: lastModified.toISOString(),
      })),
      folders: page.folders,
      ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
      ...(page.partlySorted === undefined ? {} : { partly_sorted: page.partlySorted }),
    });
  },
});

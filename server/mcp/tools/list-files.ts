import { z } from 'zod';
import { dataResult, defineTool, READ_ONLY } from '../tool.ts';

const DEFAULT_PAGE = 200;
/** A page of 500 entries stays below 25,000 tokens with keys of ordinary length. */
const MAX_PAGE = 500;

const output = z.object({
  files: z.array(
    z.object({
      key: z.string(),
      size: z.int().describe('Bytes.'),
      last_modified: z.string().describe('ISO 8601, UTC.'),
    }),
  ),
  folders: z.array(z.string()).describe('Prefixes of deeper keys, when asked for one level only.'),
  next_cursor: z.string().optional().describe('Present exactly when there is more.'),
});

export const listFiles = defineTool({
  name: 'list_files',
  title: 'List files',
  description:
    'Lists the files of the bucket in the order of their keys, a page at a time. Start here when you do not know a ' +
    'key. Give `prefix` to look into a folder ("reports/"), and `recursive: false` to see one level with its ' +
    'sub-folders only. When `next_cursor` is present there is more: call again with it as `cursor`, all else unchanged.',
  input: z.strictObject({
    prefix: z
      .string()
      .max(1024)
      .optional()
      .describe('Only keys that start with this, such as "reports/2024/".'),
    recursive: z
      .boolean()
      .optional()
      .describe('Default true: all depths. False: one level, deeper keys rolled up into `folders`.'),
    limit: z
      .int()
      .min(1)
      .max(MAX_PAGE)
      .optional()
      .describe(`Most entries on the page. Default ${DEFAULT_PAGE}.`),
    cursor: z.string().min(1).max(8192).optional().describe('`next_cursor` of the page before.'),
  }),
  output,
  annotations: READ_ONLY,
  async run({ prefix, recursive, limit, cursor }, { store, signal }) {
    const page = await store.list({
      ...(prefix === undefined ? {} : { prefix }),
      ...(recursive === false ? { delimiter: '/' } : {}),
      ...(cursor === undefined ? {} : { cursor }),
      limit: limit ?? DEFAULT_PAGE,
      signal,
    });
    return dataResult({
      files: page.files.map(({ key, size, lastModified }) => ({
        key,
        size,
        last_modified: lastModified.toISOString(),
      })),
      folders: page.prefixes,
      ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
    });
  },
});

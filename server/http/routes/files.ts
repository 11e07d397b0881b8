import { z } from 'zod';
import type { FileStore } from '../../files/store.ts';
import { sendJson } from '../json-response.ts';
import { requestSignal } from '../request-signal.ts';
import { parseInput, type Route } from '../route.ts';
import { wholeNumber } from '../whole-number.ts';

const MAX_PAGE = 1000;

export const filesQuery = z.strictObject({
  prefix: z.string().max(1024).optional().describe('Only keys that start with this.'),
  delimiter: z
    .string()
    .min(1)
    .max(16)
    .optional()
    .describe('Usually "/": keys that hold it after the prefix are rolled up into prefixes.'),
  cursor: z
    .string()
    .min(1)
    .max(8192)
    .optional()
    // Only described: a made-up cursor is refused with a better message than that of a pattern.
    .meta({ description: 'next_cursor of the page before.', pattern: '^[A-Za-z0-9_-]+$' }),
  limit: wholeNumber(1, MAX_PAGE)
    .optional()
    .describe('Most entries on the page, files and prefixes together. Default 1000.'),
});

export const filesPage = z.object({
  files: z.array(
    z.object({
      key: z.string(),
      size: z.int().describe('Bytes.'),
      last_modified: z.iso.datetime(),
      etag: z.string().describe('Opaque; changes whenever the content does.'),
    }),
  ),
  prefixes: z.array(z.string()),
  next_cursor: z.string().optional().describe('Present exactly when there is more.'),
});

/** Lists the bucket in UTF-8 byte order, a page at a time. */
export function filesRoute(store: FileStore, deadlineMs: number): Route {
  return {
    method: 'get',
    path: '/files',
    operation: {
      id: 'listFiles',
      summary: 'List files',
      query: filesQuery,
      responses: {
        200: { description: 'A page of files.', content: { 'application/json': filesPage } },
      },
    },
    handlers: [
      async (request, response) => {
        const { prefix, delimiter, cursor, limit } = parseInput(filesQuery, request.query, 'query');
        const page = await store.list({
          ...(prefix === undefined ? {} : { prefix }),
          ...(delimiter === undefined ? {} : { delimiter }),
          ...(cursor === undefined ? {} : { cursor }),
          ...(limit === undefined ? {} : { limit }),
          signal: requestSignal(response, deadlineMs),
        });
        const body: z.infer<typeof filesPage> = {
          files: page.files.map(({ key, size, lastModified, etag }) => ({
            key,
            size,
            last_modified: lastModified.toISOString(),
            etag,
          })),
          prefixes: page.prefixes,
          ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
        };
        sendJson(response, 200, body);
      },
    ],
  };
}

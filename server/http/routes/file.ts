import { z } from 'zod';
import { fileKey } from '../../file-key.ts';
import type { LineIndexes } from '../../files/lines/line-indexes.ts';
import type { FileStore } from '../../files/store.ts';
import { contextOf } from '../request-context.ts';
import { requestSignal } from '../request-signal.ts';
import { parseInput, type Route } from '../route.ts';
import { wholeNumber } from '../whole-number.ts';
import { sendFile } from './file-content.ts';
import { sendTextPage, TEXT_PAGE_HEADERS } from './file-text.ts';

export const fileQuery = z.strictObject({
  key: fileKey,
  from_line: wholeNumber(1).optional().describe('Answer text from this line on, counted from 1.'),
  lines: wholeNumber(1, 1_000_000).optional().describe('Most lines of the answer, which has 64 KiB at most.'),
});

export const fileHeaders = z.object({
  range: z
    .string()
    .optional()
    .describe('One byte range, also a suffix. Several are ignored: the whole file comes.'),
  'if-match': z.string().optional(),
  'if-none-match': z.string().optional(),
  'if-range': z.string().optional(),
});

const anything = z.string().meta({ format: 'binary' });

interface FileRouteParts {
  store: FileStore;
  indexes: LineIndexes;
  deadlineMs: number;
}

/** A file as it is, or, when lines are asked for, a page of its text. */
export function fileRoute({ store, indexes, deadlineMs }: FileRouteParts): Route {
  return {
    method: 'get',
    path: '/file',
    operation: {
      id: 'getFile',
      summary: 'Read a file, or a page of its text',
      description:
        'With `from_line` or `lines` the answer is a page of decoded text, and headers say where to go on. Without ' +
        'them it is the file itself, byte for byte, with the type that it was stored with.',
      query: fileQuery,
      headers: fileHeaders,
      responses: {
        200: {
          description: 'The file, or the page.',
          content: { '*/*': anything },
          headers: {
            etag: 'The version of the file.',
            'accept-ranges': 'bytes',
            ...TEXT_PAGE_HEADERS,
          },
        },
        206: {
          description: 'The range.',
          content: { '*/*': anything },
          headers: {
            'content-range': 'First and last byte, and the size.',
            etag: 'The version of the file.',
          },
        },
        304: { description: 'The caller has this version.', headers: { etag: 'The version of the file.' } },
        404: { description: 'No such file.' },
        412: { description: 'The file has another etag than `If-Match` asks for.' },
        415: { description: 'Lines were asked for, and the file is not text.' },
        416: {
          description: 'The range or the line is behind the end of the file.',
          headers: { 'content-range': 'The size, after `bytes */`.' },
        },
      },
    },
    handlers: [
      async (request, response) => {
        const { key, from_line: fromLine, lines } = parseInput(fileQuery, request.query, 'query');
        contextOf(response).fields.file_key = key;
        const signal = requestSignal(response, deadlineMs);
        if (fromLine === undefined && lines === undefined) {
          await sendFile(request, response, { store, key, signal });
        } else {
          await sendTextPage(request, response, {
            store,
            indexes,
            key,
            fromLine: fromLine ?? 1,
            lines,
            signal,
          });
        }
      },
    ],
  };
}

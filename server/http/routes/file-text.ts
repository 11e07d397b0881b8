import type { Request, Response } from 'express';
import type { LineIndexes } from '../../files/lines/line-indexes.ts';
import type { FileStore } from '../../files/store.ts';
import { type LinesPage, readLines } from '../../files/text/read-lines.ts';
import { withNearKeys } from '../../near-keys.ts';
import { setValidators } from './file-headers.ts';
import { checkConditions } from './file-range.ts';

/** Headers of a page of text, and what they say. Numbers of lines count from 1. */
export const TEXT_PAGE_HEADERS = {
  'x-from-line': 'First line of the page.',
  'x-to-line': 'Last line of the page.',
  'x-next-line': 'Where to go on; absent at the end of the file.',
  'x-total-lines': 'Lines of the file, where the page reaches its end.',
  'x-file-size': 'Bytes of the file.',
  'x-next-byte': 'The page is the start of one line that is larger than a page: its rest is at this byte.',
} as const;

export interface TextPageRequest {
  store: FileStore;
  indexes: LineIndexes;
  key: string;
  fromLine: number;
  lines: number | undefined;
  signal: AbortSignal;
}

/** Answers a page of decoded text in UTF-8, at most 64 KiB of whole lines. */
export async function sendTextPage(
  request: Request,
  response: Response,
  wanted: TextPageRequest,
): Promise<void> {
  const page = await pageOf(wanted);
  setValidators(response, page.head);
  const conditions = { ifNoneMatch: request.headers['if-none-match'] };
  if (checkConditions(conditions, page.head) === 'not_modified') {
    response.writeHead(304).end();
    return;
  }
  const { fromLine, toLine, nextLine, totalLines, truncatedLine, head } = page;
  const values: Record<keyof typeof TEXT_PAGE_HEADERS, number | undefined> = {
    'x-from-line': fromLine,
    'x-to-line': toLine,
    'x-next-line': nextLine,
    'x-total-lines': totalLines,
    'x-file-size': head.size,
    'x-next-byte': truncatedLine?.nextOffset,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  const text = Buffer.from(page.text);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('content-length', text.byteLength);
  response.end(text);
}

async function pageOf({ store, indexes, key, fromLine, lines, signal }: TextPageRequest): Promise<LinesPage> {
  try {
    return await readLines(store, key, {
      fromLine,
      signal,
      indexes,
      ...(lines === undefined ? {} : { lines }),
    });
  } catch (error) {
    throw await withNearKeys(store, key, error);
  }
}

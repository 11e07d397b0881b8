import { ResourceNotFoundError } from '@modelcontextprotocol/server';
import { ServiceError } from '../../errors.ts';
import { type LinesPage, readLines } from '../../files/text/read-lines.ts';
import { withNearKeys } from '../../near-keys.ts';
import type { ToolContext } from '../tool.ts';
import { keyOfUri } from './resource-uri.ts';

/** Bytes of the text, as on a page of `read_file`. */
const MAX_BYTES = 40_000;

export interface ResourceContents {
  uri: string;
  mimeType: string;
  text: string;
  _meta?: Record<string, unknown>;
  [other: string]: unknown;
}

/**
 * Reads a file by the URI exactly as the client sent it. A file that is longer than a page has a second content,
 * which says so to a model, and `_meta` that says it to a program.
 *
 * Throws ResourceNotFoundError, and ServiceError for all else (`not_text`, `bad_request`, ...).
 */
export async function readResource(
  uri: string,
  { store, lineIndexes, signal, note }: Pick<ToolContext, 'store' | 'lineIndexes' | 'signal' | 'note'>,
): Promise<{ contents: ResourceContents[] }> {
  const key = keyOfUri(store.bucket, uri);
  note({ file_key: key });
  try {
    const page = await readLines(store, key, { maxBytes: MAX_BYTES, signal, indexes: lineIndexes });
    return { contents: contentsOf(uri, key, page) };
  } catch (error) {
    const failure = await withNearKeys(store, key, error);
    if (!(failure instanceof ServiceError && failure.code === 'not_found')) throw failure;
    // MCP 2026-07-28, "Resources", "Error handling": -32602 whose data is the URI.
    throw new ResourceNotFoundError(uri, failure.message);
  }
}

function contentsOf(uri: string, key: string, page: LinesPage): ResourceContents[] {
  const { head, text, toLine, totalLines, nextLine, truncatedLine } = page;
  const mimeType = head.contentType?.replace(/;.*/s, '').trim() || 'text/plain';
  const _meta = {
    'mcp-s3/size': head.size,
    'mcp-s3/etag': head.etag,
    ...(totalLines === undefined ? {} : { 'mcp-s3/total_lines': totalLines }),
    ...(nextLine === undefined ? {} : { 'mcp-s3/next_line': nextLine }),
    ...(truncatedLine === undefined ? {} : { 'mcp-s3/next_offset': truncatedLine.nextOffset }),
  };
  const first = { uri, mimeType, text, _meta };
  const file = `of ${JSON.stringify(key)}, a file of ${head.size} bytes`;
  if (truncatedLine !== undefined) {
    const note = `This is the start of line ${truncatedLine.line} ${file}. Go on with read_file, offset ${truncatedLine.nextOffset}.`;
    return [first, { uri, mimeType: 'text/plain', text: note }];
  }
  if (nextLine === undefined) return [first];
  const note = `These are lines 1 to ${toLine} ${file}. Go on with read_file, from_line ${nextLine}.`;
  return [first, { uri, mimeType: 'text/plain', text: note }];
}

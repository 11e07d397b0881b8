import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import { fileKey } from '../../file-key.ts';
import type { FileHead } from '../../files/store.ts';
import { openDocument } from '../../files/text/document.ts';
import { PAGE_BYTES, readLines } from '../../files/text/read-lines.ts';
import { withNearKeys } from '../../near-keys.ts';
import { dataResult, defineTool, READ_ONLY, type ToolContext } from '../tool.ts';

const output = z.object({
  file_key: z.string(),
  size: z.int().describe('Bytes.'),
  last_modified: z.string().describe('ISO 8601, UTC.'),
  etag: z.string().describe('Changes whenever the content does.'),
  content_type: z.string().optional(),
  content_encoding: z.string().optional(),
  text: z.boolean().describe('Whether read_file and summarize_file can read it.'),
  encoding: z.string().optional().describe('Encoding of the text.'),
  lines: z
    .int()
    .optional()
    .describe('Lines of the text; of files above 64 KiB only known once they were read to the end.'),
  not_text_because: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional().describe('Tags of the object in S3, where it has any.'),
});

export const fileInfo = defineTool({
  name: 'file_info',
  title: 'File information',
  description:
    'Tells size, type, encoding and time of the last change of one file, and whether it is text. Use it before ' +
    'reading a file of unknown size.',
  input: z.strictObject({ file_key: fileKey }),
  output,
  annotations: READ_ONLY,
  async run({ file_key: key }, context) {
    context.note({ file_key: key });
    const head = await headOf(key, context);
    const tags = await tagsOf(key, context);
    const { size, etag, contentType, contentEncoding } = head;
    return dataResult({
      file_key: key,
      size,
      last_modified: head.lastModified.toISOString(),
      etag,
      ...(contentType === undefined ? {} : { content_type: contentType }),
      ...(contentEncoding === undefined ? {} : { content_encoding: contentEncoding }),
      ...(await textOf(head, context)),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    });
  },
});

async function headOf(key: string, { store, signal }: ToolContext): Promise<FileHead> {
  try {
    return await store.head(key, { signal });
  } catch (error) {
    throw await withNearKeys(store, key, error);
  }
}

/** No tags where the storage has none, or the server may not see them: what else is known is worth telling. */
async function tagsOf(key: string, { store, signal }: ToolContext): Promise<Record<string, string>> {
  try {
    return (await store.tags?.(key, { signal })) ?? {};
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'storage_failed') return {};
    throw error;
  }
}

/** What a look at the beginning tells. */
async function textOf({ key, size }: FileHead, { store, signal, lineIndexes }: ToolContext) {
  try {
    if (size > PAGE_BYTES) {
      const document = await openDocument(store, key, signal);
      const { sniffed } = document;
      const index = await lineIndexes.of(document);
      return {
        text: true,
        encoding: index?.encoding ?? sniffed.encoding,
        ...(index?.totalLines === undefined ? {} : { lines: index.totalLines }),
      };
    }
    const { encoding, totalLines } = await readLines(store, key, { signal });
    return { text: true, encoding, ...(totalLines === undefined ? {} : { lines: totalLines }) };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'not_text') throw error;
    return { text: false, not_text_because: error.message };
  }
}

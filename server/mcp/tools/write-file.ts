import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import { fileKey } from '../../file-key.ts';
import { contentTypeOf } from '../../files/content-type.ts';
import { isWellFormed } from '../../files/key.ts';
import type { PutOptions } from '../../files/store.ts';
import { sniff } from '../../files/text/sniff.ts';
import { dataResult, defineTool } from '../tool.ts';

/** Bytes of UTF-8. A request's body has 1 MiB by default, and JSON escapes make text longer. */
const MAX_BYTES = 512 * 1024;

const input = z.strictObject({
  file_key: fileKey,
  content: z.string().max(MAX_BYTES).describe('The whole text of the file. Stored as UTF-8.'),
  if_match: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Replace the existing file only if it still has this etag, as file_info tells it.'),
  overwrite: z
    .boolean()
    .optional()
    .describe('Replace an existing file whatever it holds. Default false: create a new file only.'),
});

const output = z.object({
  file_key: z.string(),
  size: z.int().describe('Bytes.'),
  etag: z.string().describe('Of the file as it is now: pass it as `if_match` to change it again.'),
});

export const writeFile = defineTool({
  name: 'write_file',
  title: 'Write a file',
  description:
    'Stores a text file of up to 512 KB whole. Creates new files only, unless you say otherwise: to change a file, ' +
    'read it, take its etag from file_info and pass that as `if_match`, so that nobody else’s change is lost; ' +
    '`overwrite: true` replaces it whatever it holds.',
  input,
  output,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  async run(args, { store, signal, note }) {
    const { file_key: key } = args;
    note({ file_key: key });
    const content = contentOf(key, args.content);
    const options: PutOptions = {
      contentType: contentTypeOf(key) ?? 'text/plain',
      signal,
      ...(args.if_match !== undefined
        ? { ifMatch: args.if_match }
        : args.overwrite
          ? {}
          : { ifNoneMatch: '*' as const }),
    };
    try {
      const { size, etag } = await store.put(key, content, options);
      return dataResult({ file_key: key, size, etag });
    } catch (error) {
      throw args.if_match === undefined ? existing(key, error) : changed(key, error);
    }
  },
});

/** Throws `bad_request` for what `read_file` could not give back as it is. */
function contentOf(key: string, text: string): Buffer {
  if (!isWellFormed(text)) {
    throw new ServiceError(
      'bad_request',
      'the content is no valid Unicode text: it holds half a character (a lone surrogate)',
    );
  }
  const content = Buffer.from(text);
  if (content.length > MAX_BYTES) {
    throw new ServiceError(
      'bad_request',
      `the content has ${content.length} bytes: at most ${MAX_BYTES} can be written here`,
    );
  }
  try {
    sniff(key, content, true);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError('bad_request', `only text can be written here: ${error.message}`);
  }
  return content;
}

function existing(key: string, error: unknown): unknown {
  if (!(error instanceof ServiceError && error.code === 'precondition_failed')) return error;
  return new ServiceError(
    'bad_request',
    `${JSON.stringify(key)} exists already and was left as it is: pass its etag (file_info) as if_match to change it, overwrite: true to replace it, or choose another key`,
  );
}

function changed(key: string, error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  if (error.code !== 'precondition_failed' && error.code !== 'not_found') return error;
  return new ServiceError(
    'bad_request',
    `${JSON.stringify(key)} does not have the etag that if_match names, so nothing was written: read it again, and pass its etag of now (file_info)`,
  );
}

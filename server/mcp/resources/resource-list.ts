import { contentTypeOf } from '../../files/content-type.ts';
import type { FileEntry, FileStore } from '../../files/store.ts';
import { resourceTemplate, resourceUri } from './resource-uri.ts';

/** Entries of a page: clients put them all into a menu. */
const PAGE = 200;

/** A page of all files, in the order of their keys. Throws `bad_request` for a cursor that is none of ours. */
export async function listResources(store: FileStore, cursor: string | undefined, signal: AbortSignal) {
  const page = await store.list({ limit: PAGE, signal, ...(cursor === undefined ? {} : { cursor }) });
  return {
    resources: page.files.map((file) => describeFile(store.bucket, file)),
    ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
  };
}

function describeFile(bucket: string, { key, size, lastModified }: FileEntry) {
  const mimeType = contentTypeOf(key);
  return {
    uri: resourceUri(bucket, key),
    name: key,
    size,
    ...(mimeType === undefined ? {} : { mimeType }),
    annotations: { lastModified: lastModified.toISOString() },
  };
}

export function listTemplates(bucket: string) {
  return {
    resourceTemplates: [
      {
        uriTemplate: resourceTemplate(bucket),
        name: 'file',
        title: 'A file of the bucket',
        description:
          `A text file of the bucket ${JSON.stringify(bucket)} by its key: the first 40 KB of it, decoded, and where ` +
          'to go on. The key is percent-decoded once and otherwise taken as it is; write a percent sign as %25.',
      },
    ],
  };
}

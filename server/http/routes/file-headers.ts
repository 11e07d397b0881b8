import type { Response } from 'express';
import type { FileHead } from '../../files/store.ts';

/** Types that no browser runs: they are shown. Everything else is offered for download. */
const HARMLESS = new Set([
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/tab-separated-values',
  'application/json',
  'application/x-ndjson',
  'application/yaml',
]);

/**
 * Headers of a file's content. Files are strangers: whatever type they claim, a browser must not run them with
 * the server's origin, hence no sniffing, a sandbox without scripts, and download for all but plain text forms.
 */
export function setFileHeaders(response: Response, head: FileHead): void {
  const claimed = head.contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const shown = HARMLESS.has(claimed);
  if (!shown) response.attachment(head.key.split('/').at(-1) || 'file');
  // The charset of a plain file is not known here: none is claimed, unless the one who stored it did.
  const known = shown || /^[\w.+-]+\/[\w.+-]+$/.test(claimed);
  const type = known ? (head.contentType ?? 'application/octet-stream') : 'application/octet-stream';
  response.setHeader('content-type', /^[\x20-\x7e]+$/.test(type) ? type : 'application/octet-stream');
  response.setHeader('content-security-policy', "sandbox; default-src 'none'");
  response.setHeader('accept-ranges', 'bytes');
  setValidators(response, head);
  if (head.contentEncoding !== undefined && /^[\w-]+$/.test(head.contentEncoding)) {
    response.setHeader('content-encoding', head.contentEncoding);
  }
}

/** What lets a caller ask again cheaply. */
export function setValidators(response: Response, head: FileHead): void {
  response.setHeader('etag', head.etag);
  response.setHeader('last-modified', head.lastModified.toUTCString());
  response.setHeader('cache-control', 'private, no-cache');
}

import { ServiceError } from '../../errors.ts';
import { quoted } from '../quoted.ts';

/**
 * The URI of a file: `s3://BUCKET/` and the key, in which every byte but letters, digits, `/` and `-_.!~*'()` is
 * percent-encoded (RFC 3986, section 2.1).
 */
export function resourceUri(bucket: string, key: string): string {
  return `s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * The key that a URI names: all that follows `s3://BUCKET/`, percent-decoded exactly once, as UTF-8. Nothing else is
 * read into it: `..` and `//` are part of the key, and so are `?` and `#`, encoded or not. A literal `%` must be
 * written `%25`. Never by `new URL`, which would resolve `a/%2e%2e/c` to `c`, another file.
 *
 * Throws `bad_request` for a URI of another bucket or scheme, and for `%` without two hexadecimal digits.
 */
export function keyOfUri(bucket: string, uri: string): string {
  const start = `s3://${bucket}/`;
  if (!uri.startsWith(start) || uri.length === start.length) {
    throw new ServiceError('bad_request', `${quoted(uri)} names no file here: URIs are ${start}KEY`);
  }
  try {
    return decodeURIComponent(uri.slice(start.length));
  } catch {
    throw new ServiceError(
      'bad_request',
      `${quoted(uri)} is not percent-encoded UTF-8: write a percent sign of the key as %25`,
    );
  }
}

/** The template of all files (RFC 6570, reserved expansion: `/` stays as it is). */
export function resourceTemplate(bucket: string): string {
  return `s3://${bucket}/{+key}`;
}

import { usageError } from '../../errors.ts';

/** Parts of an image's address, after the grammar of the distribution project (`reference`). */
const URI =
  /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?\/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/i;

/** @throws usage error (exit 2) for what is no address of an image with its registry */
export function readImageUri(value: unknown, name: string): string {
  const text = String(value).trim();
  const example = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mcp-s3:1.2.3';
  if (/^\w+:\/\//.test(text)) {
    throw usageError(`${name} ${JSON.stringify(value)} is no image: leave out the scheme`, [
      `such as ${example}`,
    ]);
  }
  const named = /[^/]+$/.exec(text)?.[0] ?? '';
  if (URI.test(text) && text.split('/')[0]!.includes('.')) {
    if (/[:@]/.test(named)) return text;
    throw usageError(`${name} ${JSON.stringify(value)} names no image: a tag or a digest is missing`, [
      `such as ${text}:1.2.3`,
    ]);
  }
  throw usageError(`${name} ${JSON.stringify(value)} is no image with its registry`, [`such as ${example}`]);
}

import { createHash } from 'node:crypto';
import type { RegionalConnection } from '../aws/connection.ts';
import { type Artifact, deleteText, objectUrl, storeText } from '../aws/s3-templates.ts';
import { failed } from '../errors.ts';

/** CloudFormation's limits in bytes: for a template in the call itself, and for one that it reads from S3. */
const INLINE = 51_200;
const LARGEST = 1_000_000;

export interface StoredTemplate {
  template: { body: string } | { url: string };
  /** What was put for it, to be taken away again after a mere look. */
  stored?: Artifact;
}

/** How a template travels: in the call, or beyond 51,200 bytes through the artifacts bucket. */
export async function travelling(
  connection: RegionalConnection,
  place: { partition: string; bucket: string },
  body: string,
  signal: AbortSignal,
): Promise<StoredTemplate> {
  const bytes = Buffer.byteLength(body);
  if (bytes <= INLINE) return { template: { body } };
  if (bytes > LARGEST) {
    throw failed(
      'template_too_large',
      `the template has ${bytes} bytes, and CloudFormation takes ${LARGEST}`,
    );
  }
  const name = createHash('sha256').update(body).digest('hex');
  const artifact = { bucket: place.bucket, key: `templates/${name}.json` };
  const put = await storeText(connection, artifact, body, signal);
  const template = { url: objectUrl(connection, place.partition, artifact) };
  return put ? { template, stored: artifact } : { template };
}

export async function takeAway(
  connection: RegionalConnection,
  { stored }: StoredTemplate,
  signal: AbortSignal,
): Promise<void> {
  if (stored !== undefined) await deleteText(connection, stored, signal);
}

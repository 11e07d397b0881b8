/** An S3 server with one file in one bucket: versitygw where `npm run test:aws` has put it, else the tests' own. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startS3Server } from '../test/support/s3-server/server.ts';
import { startVersitygw, VERSITYGW_VERSION } from './versitygw.ts';

const GATEWAY = fileURLToPath(
  new URL(
    `../.cache/lanes/go-github.com_versity_versitygw_cmd_versitygw_${VERSITYGW_VERSION}/versitygw`,
    import.meta.url,
  ),
);
const BUCKET = 'bench-bucket';

export interface S3Endpoint {
  name: string;
  url: string;
  bucket: string;
  credentials: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string; AWS_REGION: string };
  stop(): Promise<void>;
}

export async function startEndpoint(folder: string, key: string, text: string): Promise<S3Endpoint> {
  const credentials = {
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench-secret',
    AWS_REGION: 'us-east-1',
  };
  if (!existsSync(GATEWAY)) {
    const { endpoint, bucket, close } = await startS3Server(BUCKET);
    bucket.put(key, Buffer.from(text), {}, { ifMatch: undefined, ifNoneMatch: undefined });
    return { name: "the tests' S3 server", url: endpoint, bucket: BUCKET, credentials, stop: close };
  }
  const root = path.join(folder, 's3');
  // Buckets are folders, objects are files.
  await mkdir(path.join(root, BUCKET), { recursive: true });
  await writeFile(path.join(root, BUCKET, key), text);
  const { AWS_ACCESS_KEY_ID: owner, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = credentials;
  const { url, stop } = await startVersitygw(GATEWAY, root, { owner, secret, region });
  return { name: `versitygw ${VERSITYGW_VERSION}`, url, bucket: BUCKET, credentials, stop };
}

/** An S3 server with one file in one bucket: versitygw where `npm run test:aws` has put it, else the tests' own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startS3Server } from '../test/support/s3-server/server.ts';

const VERSION = 'v1.8.0';
const GATEWAY = fileURLToPath(
  new URL(
    `../.cache/lanes/go-github.com_versity_versitygw_cmd_versitygw_${VERSION}/versitygw`,
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
  const port = await freePort();
  // S3 keeps connections open, too.
  const options = ['--health', '/health', '--keep-alive', '--quiet'];
  const args = ['--port', `127.0.0.1:${port}`, ...options, 'posix', root];
  const keys = {
    ROOT_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID,
    ROOT_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY,
  };
  const child = spawn(GATEWAY, args, { env: { PATH: process.env.PATH, ...keys }, stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const healthy = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return { name: `versitygw ${VERSION}`, url, bucket: BUCKET, credentials, stop };
    if (tries === 100) {
      await stop();
      throw new Error('versitygw does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

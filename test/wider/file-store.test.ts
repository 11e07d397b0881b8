import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createS3Store } from '../../server/files/s3-store.ts';
import { describeFileStore, type StoreLimits } from '../support/file-store-contract.ts';

/**
 * The contract of FileStore against a real S3 server, which the lane has started:
 *
 *   MCP_S3_TEST_S3_ENDPOINT=http://127.0.0.1:7070  its URL
 *   MCP_S3_TEST_S3_SERVER=versitygw                its name, where it has limits of its own
 *   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY       credentials that it accepts
 *
 * Each test has a bucket of its own.
 */
const endpoint = process.env.MCP_S3_TEST_S3_ENDPOINT;
const server = process.env.MCP_S3_TEST_S3_SERVER ?? 'the S3 server';

/** What a server cannot do by its nature. Everything else is a failure. */
const LIMITS: Record<string, StoreLimits> = {
  // Keys are paths on its file system: it refuses `a/b` beside `a`, keys that climb, and long names.
  versitygw: { plainKeysOnly: true },
};

if (endpoint === undefined) {
  // A lane without its server must not look as if it had passed.
  throw new Error('MCP_S3_TEST_S3_ENDPOINT is not set: start an S3 server and name it');
}

const connection = {
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
  },
};

describeFileStore(
  server,
  async () => {
    const bucket = `mcp-s3-test-${randomBytes(6).toString('hex')}`;
    const client = new S3Client(connection);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const store = createS3Store({ bucket, ...connection });
    return {
      store,
      leftovers: async () =>
        (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [],
      dispose: async () => {
        for (;;) {
          const { files } = await store.list();
          if (files.length === 0) break;
          for (const file of files) await store.delete(file.key);
        }
        await client.send(new DeleteBucketCommand({ Bucket: bucket }));
        client.destroy();
        store.close();
      },
    };
  },
  LIMITS[server] ?? {},
);

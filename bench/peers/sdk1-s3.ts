/** The stateless example of `@modelcontextprotocol/sdk`, which answers with one GetObject. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sdk1Handler } from './sdk1-handler.ts';
import { serve } from './serve.ts';

const client = new S3Client({ forcePathStyle: true, endpoint: process.env.BENCH_ENDPOINT! });

serve(
  sdk1Handler(async (key) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: process.env.BENCH_BUCKET!, Key: key }));
    return Body!.transformToString();
  }),
);

import { createS3Store } from '../../server/files/s3-store.ts';
import { describeFileStore } from '../support/file-store-contract.ts';
import { startS3Server } from '../support/s3-server/server.ts';

describeFileStore('the S3 store', async () => {
  const server = await startS3Server();
  const store = createS3Store({
    bucket: server.bucketName,
    region: 'us-east-1',
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    store,
    leftovers: () => server.bucket.uploads(),
    dispose: async () => {
      store.close();
      await server.close();
    },
  };
});

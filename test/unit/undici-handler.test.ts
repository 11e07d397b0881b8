import { createServer } from 'node:http';
import { expect } from 'chai';
import { Agent } from 'undici';
import { undiciHandler } from '../../src/aws/undici-handler.ts';

describe('the handler under the AWS SDK', () => {
  it('sends a large body for which S3 would be waited', async () => {
    const server = createServer(async (request, response) => {
      let length = 0;
      for await (const chunk of request) length += chunk.length;
      response.end(String(length));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dispatcher = new Agent();
    try {
      const { response } = await undiciHandler(dispatcher).handle({
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: (server.address() as { port: number }).port,
        method: 'PUT',
        path: '/bucket/key',
        // The AWS SDK's S3 client adds it to bodies of 2 MB and more.
        headers: { Expect: '100-continue' },
        body: Buffer.alloc(3e6),
      });
      expect(await response.body.text()).to.equal('3000000');
    } finally {
      await dispatcher.close();
      server.close();
    }
  });
});

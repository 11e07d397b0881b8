import { createServer } from 'node:http';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'chai';
import { Agent } from 'undici';
import { undiciHandler } from '../../server/outbound/undici-handler.ts';

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

  it('lets the SDK try again where the connection is closed without an answer', async () => {
    let asked = 0;
    const server = createServer((request, response) => {
      asked++;
      if (asked < 3) request.socket.destroy();
      else
        response.end(
          '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dispatcher = new Agent();
    try {
      const client = new STSClient({
        region: 'eu-central-1',
        endpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        requestHandler: undiciHandler(dispatcher),
      });
      expect((await client.send(new GetCallerIdentityCommand({}))).Account).to.equal('1');
      expect(asked).to.equal(3);
    } finally {
      await dispatcher.destroy();
      server.close();
    }
  });
});

import { Readable } from 'node:stream';
import { expect } from 'chai';
import { PART_BYTES as PART } from '../../server/files/s3/put-parts.ts';
import { createS3Store, type S3Store } from '../../server/files/s3-store.ts';
import { closeBedrockServers, startBedrockServer } from '../support/bedrock-server/server.ts';
import { ask, bedrockSummarizer } from '../support/bedrock-summarizer.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';
import { all, pattern, pieces } from '../support/store-probes.ts';

/** Names below .invalid have no address: only the proxy leads there. */
describe('through a proxy that the environment names', () => {
  let server: S3Server;
  let proxy: ConnectProxy;
  let store: S3Store;
  const storeFor = (env: NodeJS.ProcessEnv, endpoint = 'http://s3.invalid') =>
    createS3Store({
      bucket: server.bucketName,
      region: 'us-east-1',
      endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      env,
    });

  beforeEach(async () => {
    server = await startS3Server();
    proxy = await startConnectProxy(() => server.endpoint);
    store = storeFor({ HTTP_PROXY: proxy.url });
  });
  afterEach(async () => {
    store.close();
    await proxy.close();
    await server.close();
    await closeBedrockServers();
  });

  it('the store reads, writes and lists, on connections that it keeps', async () => {
    const content = pattern(PART + 1);
    await store.put('large', Readable.from(pieces(content)));
    expect((await all((await store.read('large')).body)).equals(content)).to.equal(true);
    const connections = proxy.asked.length;
    for (let index = 0; index < 5; index++)
      expect((await store.list()).files.map(({ key }) => key)).to.deep.equal(['large']);
    expect(new Set(proxy.asked)).to.deep.equal(new Set(['s3.invalid:80']));
    expect(proxy.asked).to.have.length(connections);
  });

  it('a body that breaks off is taken up again', async () => {
    const content = pattern(3_000_000);
    await store.put('f', content);
    const { body } = await store.read('f');
    let cut = false;
    body.on('data', () => {
      if (!cut) proxy.cut();
      cut = true;
    });
    expect((await all(body)).equals(content)).to.equal(true);
    expect(proxy.asked.length).to.be.greaterThan(1);
  });

  it('a proxy that refuses is named', async () => {
    proxy.refusal = 407;
    const error = await store.head('f').catch((failed) => failed);
    expect([error.code, error.message]).to.deep.equal([
      'storage_failed',
      'cannot look at "f": the proxy refuses the connection: check HTTPS_PROXY, or except S3 with NO_PROXY',
    ]);
  });

  it('what NO_PROXY excepts and this machine are asked directly', async () => {
    const excepted = storeFor({ HTTP_PROXY: proxy.url, NO_PROXY: '.invalid' });
    const failed = await excepted.head('f').catch((error) => error);
    expect(failed.message).to.match(/host name (is unknown|could not be looked up)/);
    const here = storeFor({ HTTP_PROXY: proxy.url }, server.endpoint);
    await here.put('f', Buffer.from('x'));
    expect(proxy.asked).to.deep.equal([]);
    for (const each of [excepted, here]) each.close();
  });

  it('the summarizer asks Bedrock, and names a proxy that refuses', async () => {
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'From far away.' });
    const way = await startConnectProxy(() => bedrock.url);
    const summarizer = bedrockSummarizer({ url: 'http://bedrock.invalid' }, { env: { HTTP_PROXY: way.url } });
    expect((await ask(summarizer, 'A text.')).summary).to.equal('From far away.');
    expect(way.asked).to.deep.equal(['bedrock.invalid:80']);
    way.refusal = 403;
    way.cut();
    const error = await ask(summarizer, 'A text.').catch((failed) => failed);
    expect(error.message).to.include('the proxy refuses the connection to Bedrock: check HTTPS_PROXY');
    await way.close();
  });
});

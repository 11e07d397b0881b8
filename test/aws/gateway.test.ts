import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import type { Emulator } from '../support/aws/emulator.ts';
import { type Gateway, liftLimits } from '../support/aws/gateway.ts';
import { type ServedStage, startServedStage } from '../support/aws/served-stage.ts';
import type { WholeStage } from '../support/aws/whole-stage.ts';

import { type CliHome, createCliHome, removeCliHome, runCli } from '../support/cli.ts';
import { CLIENTS } from '../support/mcp-clients.ts';

const TEXT = 'The harbour was closed on Monday. It opens on Thursday.';

describe('the API of a stage, in front of the real server', function () {
  this.timeout(60_000);
  let served: ServedStage;
  let emulator: Emulator;
  let stage: WholeStage;
  let gateway: Gateway;
  let home: CliHome;
  before(async () => {
    served = await startServedStage();
    ({ emulator, stage, gateway } = served);
    home = await createCliHome();
    const object = { Bucket: stage.ids.Bucket!, Key: 'docs/a.txt', Body: TEXT };
    await emulator.client(S3Client).send(new PutObjectCommand(object));
  });
  after(async () => {
    await served?.close();
    await removeCliHome(home);
  });

  const ask = (path: string, key: string | undefined = gateway.key, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, { ...init, headers: key === '' ? {} : { 'x-api-key': key! } });

  it('asks for its key on every route', async () => {
    for (const path of ['/health', '/files', '/file?key=docs/a.txt', '/openapi.json', '/mcp']) {
      const answers = [await ask(path, ''), await ask(path, 'x'.repeat(40))];
      expect(answers.map(({ status }) => status)).to.deep.equal([403, 403]);
      expect(await answers[0]!.json()).to.deep.equal({ message: 'Forbidden' });
    }
  });

  it('passes on what has the key, by the same paths', async () => {
    expect(await (await ask('/health')).json()).to.deep.equal({ status: 'healthy' });
    expect(await (await ask('/file?key=docs/a.txt')).text()).to.equal(TEXT);
    expect((await ask('/openapi.json')).status).to.equal(200);
  });

  it('throttles beyond the burst', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('/health')));
    const throttled = answers.find(({ status }) => status === 429);
    expect(await throttled!.json()).to.deep.equal({ message: 'Too Many Requests' });
  });

  it('has limits of its own for each key, that a plan can lift', async () => {
    await liftLimits(emulator, stage);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('/health')));
    expect(answers.filter(({ status }) => status !== 200)).to.deep.equal([]);
  });

  it('answers summarize of the command line', async () => {
    const env = { MCP_S3_ENDPOINT: gateway.url, MCP_S3_API_KEY: gateway.key };
    const { code, stdout, stderr } = await runCli(['summarize', 'docs/a.txt'], { home, env });
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include('A short summary.');
  });

  for (const [generation, connect] of Object.entries(CLIENTS)) {
    it(`serves an MCP client of ${generation}`, async () => {
      const client = await connect(gateway);
      try {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).to.include('read_file');
        const read = await client.callTool('read_file', { file_key: 'docs/a.txt' });
        expect(read.texts.join('')).to.include(TEXT);
        const summary = await client.callTool('summarize_file', { file_key: 'docs/a.txt' });
        expect(summary.texts.join('')).to.include('A short summary.');
      } finally {
        await client.close();
      }
    });
  }
});

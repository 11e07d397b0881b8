import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { MODEL, QUESTION } from '../support/asking.ts';
import { json } from '../support/aws/fault.ts';
import { environmentFor, startKnownStage } from '../support/aws/known-stage.ts';
import type { AwsProxy } from '../support/aws/proxy.ts';
import { closeBedrockServers, startBedrockServer } from '../support/bedrock-server/server.ts';
import { type BrokenService, startBrokenService } from '../support/broken-service.ts';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';

const HTML = { 'content-type': 'text/html' };
const PAGE = '<html><h1>503 Service Temporarily Unavailable</h1></html>';

/** A load balancer without a task to ask, and after a while one with a task. */
describe('a service that sleeps, and the commands', function () {
  this.timeout(60_000);
  let home: CliHome;
  let dev: RunningCli;
  let key: string;
  let url: string;
  const closing: (() => unknown)[] = [];

  before(async () => {
    home = await createCliHome();
    await mkdir(join(home.cwd, 'notes'));
    await writeFile(join(home.cwd, 'notes/a.txt'), 'Rain fell on the harbour all through the night.');
    dev = startCli(['dev', 'notes', '--port', '0', '--json'], { home });
    [, url = ''] = await dev.waitFor('stdout', /"url":"(http[^"]+)"/);
    key = (await runCli(['key', 'show', '--local'], { home })).stdout.trim();
  });
  after(async () => {
    await dev.stop();
    await closeBedrockServers();
    await removeCliHome(home);
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** Sleeps for so many requests. */
  async function sleeper(requests: number): Promise<BrokenService> {
    const service = await startBrokenService(url);
    closing.push(() => service.close());
    service.break({
      when: () => requests-- > 0,
      answer: () => ({ status: 503, headers: HTML, body: PAGE }),
    });
    return service;
  }
  const endpoint = async (args: string[], env: NodeJS.ProcessEnv = {}, stdin = '') => {
    const service = await sleeper(1);
    return runCli([...args, '--endpoint', service.url], {
      home,
      env: { MCP_S3_API_KEY: key, ...env },
      stdin,
    });
  };

  it('is waited for, with a word about it, by all that ask it something', async () => {
    const bedrock = await startBedrockServer();
    bedrock.next({ text: 'The rain (a.txt).' });
    const models = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
      MCP_S3_MODEL: MODEL,
    };
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
    const [summarize, files, ask, verify, bridge] = await Promise.all([
      endpoint(['summarize', 'a.txt']),
      endpoint(['files']),
      endpoint(['ask', QUESTION], models),
      endpoint(['verify']),
      endpoint(['bridge'], {}, `${JSON.stringify(call)}\n`),
    ]);
    for (const [name, { code, stderr }] of Object.entries({ summarize, files, ask, verify })) {
      expect(code, `${name}: ${stderr}`).to.equal(0);
      expect(stderr.match(/seems to sleep/g), name).to.have.lengthOf(1);
    }
    expect(summarize.stdout).to.include('Rain fell');
    expect(files.stdout).to.include('a.txt');
    expect(ask.stdout).to.include('The rain');
    expect(bridge.stderr).to.include('the service is waking up');
    expect(JSON.parse(bridge.stdout).result.tools).not.to.be.empty;
  });

  it('is told as asleep by status, which does not wait', async () => {
    const service = await sleeper(1);
    const { code, stdout } = await runCli(['status', '--endpoint', service.url, '--json'], {
      home,
      env: { MCP_S3_API_KEY: key },
    });
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ health: 'asleep' });
    expect(service.requests).to.have.lengthOf(1);
  });

  describe('on AWS', () => {
    let aws: AwsProxy;
    let service: BrokenService;
    async function deployed(sleepAfter: string) {
      service = await sleeper(1);
      aws = await startKnownStage({
        outputs: {
          ApiGatewayEndpoint: service.url,
          S3BucketName: 'bucket',
          ApiKeySecretArnA: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a',
          ApiKeyIdA: 'abc',
          KeeperFunctionName: 'mcp-dev-keeper',
        },
        parameters: { SleepAfterMinutes: sleepAfter, KeySlots: 'a' },
      });
      closing.push(() => aws.close());
      aws.rig({ action: 'secretsmanager:GetSecretValue', do: json({ SecretString: key }) });
      aws.rig({
        action: 'apigateway:GET /apikeys/abc',
        do: json({ id: 'abc', enabled: true, createdDate: 1_700_000_000 }),
      });
      aws.rig({
        action: /^lambda:/,
        do: json({ state: 'waking', running: 0, desired: 1, healthy: 0 }),
      });
      return { home, env: { ...environmentFor(aws), MCP_S3_API_URL: service.url } };
    }

    it('is woken once through its keeper', async () => {
      const { code, stdout, stderr } = await runCli(['files'], await deployed('15'));
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include('a.txt');
      expect(stderr.match(/Waking it \(about a minute\)/g)).to.have.lengthOf(1);
      const asked = aws.calls.filter(({ action }) => action.startsWith('lambda:'));
      expect(asked.map(({ action }) => action.split('/')[3])).to.deep.equal(['mcp-dev-keeper']);
    });

    it('is waited for also where the keeper may not be asked', async () => {
      const options = await deployed('15');
      aws.rig({ action: /^lambda:/, do: 'deny' });
      const { code, stderr } = await runCli(['files'], options);
      expect(code, stderr).to.equal(0);
      expect(stderr).to.include('could not wake it').and.to.include('may not do lambda:');
    });

    it('is a failure where it never sleeps', async () => {
      const { code, stderr } = await runCli(['files'], await deployed('0'));
      expect(code).to.equal(1);
      expect(stderr).to.include('answered 503');
      expect(aws.count(/^lambda:/)).to.equal(0);
    });
  });

  it('is not waited for where it is another kind of server', async () => {
    const handle: RequestListener = (_, response) => void response.writeHead(503).end('no healthy upstream');
    const server: Server = createServer(handle).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await runCli(['files', '--endpoint', other], {
      home,
      env: { MCP_S3_API_KEY: key },
    });
    expect(code).to.equal(1);
    expect(stderr).to.include('answered 503');
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigError, readConfig } from '../../server/config.ts';
import { closeBedrockServers, startBedrockServer } from '../support/bedrock-server/server.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { startS3Server } from '../support/s3-server/server.ts';

const MAIN = path.resolve('server/main.ts');

/** Starts the container's entry as a process of its own. */
function startMain(settings: Record<string, string>, nodeArgs: string[] = []) {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [...nodeArgs, '--import=tsx', MAIN], {
    env: { ...(PATH && { PATH }), ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function listening({
  output,
  child,
}: {
  output: { stderr: string };
  child: ChildProcess;
}): Promise<string> {
  for (;;) {
    const url = /listens on (\S+)/.exec(output.stderr)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(output.stderr);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const lastLine = ({ stdout }: { stdout: string }) => JSON.parse(stdout.trim().split('\n').at(-1)!);

describe('server process', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-main-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('goes to S3 and to Bedrock through the proxy of its environment', async () => {
    const s3 = await startS3Server();
    const bedrock = await startBedrockServer();
    bedrock.answer({ text: 'Ships came and went.' });
    s3.bucket.put(
      'a.txt',
      Buffer.from('Ships came and went all day.'),
      {},
      {
        ifMatch: undefined,
        ifNoneMatch: undefined,
      },
    );
    const proxy = await startConnectProxy((host) => (host.startsWith('s3.') ? s3.endpoint : bedrock.url));
    const main = startMain({
      MCP_S3_BUCKET: s3.bucketName,
      MCP_S3_PATH_STYLE: 'true',
      MCP_S3_MODEL: 'eu.amazon.nova-2-lite-v1:0',
      MCP_S3_HOST: '127.0.0.1',
      MCP_S3_PORT: '0',
      MCP_S3_DRAIN_GRACE_SECONDS: '0',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_S3: 'http://s3.invalid',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://bedrock.invalid',
      HTTP_PROXY: proxy.url,
    });
    try {
      const answer = await fetch(`${await listening(main)}/summarize`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_key: 'a.txt' }),
      });
      expect(await answer.json()).to.include({ summary: 'Ships came and went.' });
      expect(new Set(proxy.asked)).to.deep.equal(new Set(['s3.invalid:80', 'bedrock.invalid:80']));
    } finally {
      main.child.kill('SIGTERM');
      await main.ended;
      await proxy.close();
      await s3.close();
      await closeBedrockServers();
    }
  });

  it('serves, drains on SIGTERM and ends with 0', async function () {
    if (process.platform === 'win32') this.skip();
    await writeFile(path.join(folder, 'a.txt'), 'Some text of some length that has a meaning.');
    const main = startMain({
      MCP_S3_FOLDER: folder,
      MCP_S3_HOST: '127.0.0.1',
      MCP_S3_PORT: '0',
      MCP_S3_CACHE_FOLDER: path.join(folder, '.cache'),
      MCP_S3_DRAIN_GRACE_SECONDS: '0',
    });
    const url = await listening(main);
    const response = await fetch(`${url}/file?key=a.txt`);
    expect(await response.text()).to.include('Some text');
    const id = response.headers.get('x-request-id');
    main.child.kill('SIGTERM');
    expect(await main.ended).to.equal(0);
    const lines = main.output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).to.have.lengthOf(1);
    expect(lines[0]).to.include({ msg: 'request', route: '/file', request_id: id, status: 200 });
  });

  it('ends with 2 and names the setting that is wrong', async () => {
    const main = startMain({ MCP_S3_FOLDER: folder, MCP_S3_PORT: 'eighty' });
    expect(await main.ended).to.equal(2);
    expect(main.output.stderr).to.include('MCP_S3_PORT is "eighty": must be a whole number from 0 to 65535');
    expect(lastLine(main.output)).to.deep.include({
      level: 'error',
      msg: 'wrong configuration: MCP_S3_PORT is "eighty": must be a whole number from 0 to 65535',
    });
  });

  it('keeps logins of URLs to itself', async () => {
    const main = startMain({ MCP_S3_BUCKET: 'files', MCP_S3_STORAGE_ENDPOINT: 'ftp://ann:secret@host' });
    expect(await main.ended).to.equal(2);
    expect(main.output.stderr).to.include('MCP_S3_STORAGE_ENDPOINT is "ftp://host"');
    expect(main.output.stderr + main.output.stdout).not.to.include('secret');
  });

  it('ends with 1 and one line when it cannot start', async () => {
    const main = startMain({ MCP_S3_FOLDER: path.join(folder, 'none'), MCP_S3_PORT: '0' });
    expect(await main.ended).to.equal(1);
    expect(main.output.stderr).to.match(/^mcp-s3: cannot start: .*none.*\n$/);
    const { level, msg, err } = lastLine(main.output);
    expect(level).to.equal('error');
    expect(msg).to.match(/^cannot start: .*none/);
    expect(err.stack).to.include('    at ');
  });

  for (const [what, code] of [
    ['an exception', 'throw new Error("of the test")'],
    ['a rejection', 'Promise.reject(new Error("of the test"))'],
  ] as const) {
    it(`ends with 1 and a line of the log after ${what} that nobody caught`, async function () {
      if (process.platform === 'win32') this.skip();
      const settings = { MCP_S3_FOLDER: folder, MCP_S3_HOST: '127.0.0.1', MCP_S3_PORT: '0' };
      const preload = `process.on("SIGUSR2", () => { ${code} })`;
      const main = startMain(settings, [`--import=data:text/javascript,${encodeURIComponent(preload)}`]);
      await listening(main);
      main.child.kill('SIGUSR2');
      expect(await main.ended).to.equal(1);
      expect(main.output.stderr).to.include('mcp-s3: crashed: of the test\n');
      expect(lastLine(main.output)).to.include({ level: 'error', msg: 'crashed: of the test' });
    });
  }
});

describe('configuration', () => {
  const problems = (environment: Record<string, string>): string => {
    try {
      readConfig(environment);
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigError);
      return (error as Error).message;
    }
    return '';
  };

  it('has defaults for all but what to serve', () => {
    const config = readConfig({ MCP_S3_BUCKET: 'my-bucket', MCP_S3_REGION: '', HOME: '/root' });
    expect(config.app.storage).to.deep.equal({ kind: 's3', bucket: 'my-bucket', forcePathStyle: false });
    expect(config.listen).to.deep.equal({ host: '0.0.0.0', port: 8080 });
    expect(config.close).to.deep.equal({ graceMs: 5000, deadlineMs: 25_000 });
    expect(config.app).to.not.have.property('allowedHosts');
  });

  it('reads every setting', () => {
    const { app } = readConfig({
      MCP_S3_BUCKET: 'my-bucket',
      MCP_S3_REGION: 'eu-central-1',
      MCP_S3_STORAGE_ENDPOINT: 'http://127.0.0.1:9000',
      MCP_S3_PATH_STYLE: 'true',
      MCP_S3_PREFIXES: 'docs/, reports/',
      MCP_S3_ALLOW_WRITES: 'true',
      MCP_S3_BASE_PATH: '/v1',
      MCP_S3_CORS_ORIGINS: 'https://a.example.com',
      MCP_S3_ALLOWED_HOSTS: 'a.example.com',
      MCP_S3_LOG_LEVEL: 'debug',
      MCP_S3_MAX_BYTES: '1000',
      MCP_S3_BODY_LIMIT: '2048',
      MCP_S3_DEADLINE_SECONDS: '9',
      MCP_S3_CACHE_FOLDER: '/tmp/cache',
      MCP_S3_MODEL: 'us.amazon.nova-2-lite-v1:0',
      MCP_S3_ALLOWED_MODELS: 'extractive-1, us.anthropic.claude-haiku-4-5-20251001-v1:0',
      MCP_S3_MODEL_TOKEN_CAP: '50000',
    });
    expect(app).to.deep.equal({
      storage: {
        kind: 's3',
        bucket: 'my-bucket',
        region: 'eu-central-1',
        endpoint: 'http://127.0.0.1:9000',
        forcePathStyle: true,
      },
      prefixes: ['docs/', 'reports/'],
      allowWrites: true,
      basePath: '/v1',
      corsOrigins: ['https://a.example.com'],
      allowedHosts: ['a.example.com'],
      logLevel: 'debug',
      maxBytes: 1000,
      bodyLimit: 2048,
      deadlineMs: 9000,
      cacheFolder: '/tmp/cache',
      models: {
        model: 'us.amazon.nova-2-lite-v1:0',
        allowed: ['extractive-1', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
        tokenCap: 50_000,
      },
    });
  });

  for (const [name, value, allowed] of [
    ['MCP_S3_PORT', '70000', '65535'],
    ['MCP_S3_PORT', '-1', '65535'],
    ['MCP_S3_LOG_LEVEL', 'loud', 'debug, info, warn, error'],
    ['MCP_S3_PATH_STYLE', 'yes', 'true or false'],
    ['MCP_S3_BASE_PATH', 'v1/', 'start with /'],
    ['MCP_S3_STORAGE_ENDPOINT', 'localhost', 'http'],
    ['MCP_S3_CORS_ORIGINS', 'app.example.com', 'https://'],
    ['MCP_S3_BODY_LIMIT', '1e6', 'whole number'],
    ['MCP_S3_MODEL', 'nova lite', 'ids of models'],
    ['MCP_S3_MODEL_TOKEN_CAP', '100', '10000'],
  ] as const) {
    it(`refuses ${name}=${value} and says what is allowed`, () => {
      expect(problems({ MCP_S3_BUCKET: 'my-bucket', [name]: value }))
        .to.include(name)
        .and.include(allowed);
    });
  }

  it('names all that is wrong at once', () => {
    const text = problems({ MCP_S3_PORT: 'x', MCP_S3_PREFIX: 'docs/', MCP_S3_WHATEVER: '1' });
    expect(text.split('\n')).to.have.lengthOf(4);
    expect(text).to.include('MCP_S3_PREFIX is no setting of the server; did you mean MCP_S3_PREFIXES?');
    expect(text).to.include('MCP_S3_WHATEVER is no setting of the server; there are: MCP_S3_BUCKET');
    expect(text).to.include('either MCP_S3_BUCKET (a bucket on S3) or MCP_S3_FOLDER');
  });

  it('leaves the settings of the command line alone', () => {
    expect(
      problems({ MCP_S3_BUCKET: 'my-bucket', MCP_S3_STAGE: 'dev', MCP_S3_API_KEY: 'k', MCP_S3_API_URL: 'u' }),
    ).to.equal('');
  });
});

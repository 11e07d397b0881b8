import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type BedrockServer,
  closeBedrockServers,
  startBedrockServer,
} from '../support/bedrock-server/server.ts';
import {
  type CliHome,
  createCliHome,
  type RunningCli,
  removeCliHome,
  runCli,
  startCli,
} from '../support/cli.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { runInTerminal } from '../support/terminal.ts';

const MODEL = 'global.amazon.nova-2-lite-v1:0';

describe('a Bedrock model on this machine', () => {
  let home: CliHome;
  let bedrock: BedrockServer;
  let running: RunningCli | undefined;
  let access: Record<string, string>;

  beforeEach(async () => {
    home = await createCliHome();
    bedrock = await startBedrockServer();
    access = {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url,
    };
    await mkdir(join(home.cwd, 'notes'));
    await writeFile(join(home.cwd, 'notes/a.txt'), 'The lighthouse keeper wrote down the weather.\n');
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await closeBedrockServers();
    await removeCliHome(home);
  });

  it('writes the summaries of dev --model, and the embedded summarizer those that ask for it', async () => {
    bedrock.answer({ text: 'A keeper and his weather.', usage: { inputTokens: 30, outputTokens: 6 } });
    running = startCli(['dev', 'notes', '--port', '0', '--json', '--model', MODEL], { home, env: access });
    const [line] = await running.waitFor('stdout', /\{.*"listening".*\}\n/);
    expect(JSON.parse(line)).to.include({ model: MODEL });
    const summarize = async (...args: string[]) =>
      JSON.parse((await runCli(['summarize', 'a.txt', '--local', '--json', ...args], { home })).stdout);
    expect(await summarize()).to.deep.include({
      summary: 'A keeper and his weather.',
      model: MODEL,
      usage: { input_tokens: 30, output_tokens: 6, model_calls: 1 },
    });
    expect(await summarize('--model', 'extractive-1')).to.include({ model: 'extractive-1' });
    const refused = await summarize('--model', 'us.amazon.nova-pro-v1:0');
    expect(refused.error.message).to.include(`allowed: ${MODEL}, extractive-1`);
    await running.waitFor('stdout', /"event":"request".*"input_tokens":30,"output_tokens":6/);
    expect(bedrock.requests).to.have.lengthOf(1);
  });

  it('needs credentials before it serves anything (exit 3)', async () => {
    const env = { AWS_REGION: 'eu-central-1', AWS_EC2_METADATA_DISABLED: 'true' };
    const { code, stdout, stderr } = await runCli(['dev', 'notes', '--port', '0', '--model', MODEL], {
      home,
      env,
    });
    expect(code).to.equal(3);
    expect(stdout).to.equal('');
    expect(stderr)
      .to.match(/no AWS credentials/)
      .and.include('aws sso login')
      .and.include('extractive-1');
  });

  it('needs a region (exit 3)', async () => {
    const { AWS_REGION: _, ...env } = access;
    const { code, stderr } = await runCli(['summarize', 'a.txt', '--folder', 'notes', '--model', MODEL], {
      home,
      env,
    });
    expect(code).to.equal(3);
    expect(stderr)
      .to.match(/no region/)
      .and.include('--region');
  });

  it('writes to the terminal as it comes, where dev does not run', async () => {
    let goOn = () => {};
    const until = new Promise<void>((resolve) => (goOn = resolve));
    bedrock.answer({ text: ['First the lamp. ', 'Then the log.'], pause: { pieces: 1, until } });
    const step = {
      after: /First the lamp\./,
      // The model goes on only when its first words have been seen.
      get type() {
        goOn();
        return '';
      },
    };
    const args = ['summarize', 'a.txt', '--folder', 'notes', '--model', MODEL];
    const { code, text } = await runInTerminal(args, { home, env: access, columns: 120, input: [step] });
    expect(code, text).to.equal(0);
    expect(text).to.match(
      /First the lamp\. Then the log\.\n[\s\S]*by global\.amazon\.nova-2-lite-v1:0.*tokens/,
    );
  });

  it('is asked through the proxy that the environment names, not where NO_PROXY excepts it, nor on this machine', async () => {
    const proxy = await startConnectProxy(() => bedrock.url);
    try {
      const env = {
        ...access,
        HTTP_PROXY: proxy.url,
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://bedrock.invalid',
      };
      bedrock.answer({ text: 'Through a proxy.' });
      const args = ['summarize', 'a.txt', '--local', '--folder', 'notes', '--model', MODEL];
      const through = await runCli(args, { home, env });
      expect(through.stdout).to.equal('Through a proxy.\n');
      expect(proxy.asked).to.deep.equal(['bedrock.invalid:80']);
      const excepted = await runCli([...args, '--refresh'], {
        home,
        env: { ...env, NO_PROXY: 'bedrock.invalid' },
      });
      expect(excepted.code).to.equal(1);
      const here = { ...env, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url };
      const direct = await runCli([...args, '--refresh'], { home, env: here });
      expect(direct.stdout).to.equal('Through a proxy.\n');
      expect(proxy.asked).to.have.lengthOf(1);
    } finally {
      await proxy.close();
    }
  });
});

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { json } from '../support/aws/fault.ts';
import { environmentFor, startKnownStage } from '../support/aws/known-stage.ts';
import { runCli, startCli } from '../support/cli.ts';
import { runInTerminal } from '../support/terminal.ts';
import { failures, type Report, setUpVerifying, statuses } from '../support/verifying.ts';

describe('verify', () => {
  const verifying = setUpVerifying();

  it('passes on a service that works, and leaves nothing behind', async () => {
    const report = await verifying.walk();
    expect(failures(report)).to.deep.equal({});
    expect(report).to.include({ code: 0, passed: true, stderr: '' });
    expect(report.counts).to.deep.equal({ ok: 18, failed: 0, skipped: 0, not_reached: 0 });
    expect(report.checks.map(({ name }) => name)).to.include.members([
      'health',
      'mcp 2026-07-28 call',
      'clean up',
    ]);
    expect(await readdir(join(verifying.home.cwd, 'notes'))).to.have.members(['a.png', 'ferry.md']);
  });

  it('sees a 429 with a key made for it, which is gone afterwards', async () => {
    const report = await verifying.walk('--throttle');
    expect(report).to.include({ code: 0, passed: true });
    expect(report.checks.find(({ name }) => name === 'throttle')!.seen).to.match(/^429 after \d+ requests$/);
    const { stdout } = await runCli(['key', 'list', '--local', '--json'], { home: verifying.home });
    expect(JSON.parse(stdout).keys.map(({ name }: { name: string }) => name)).to.deep.equal(['default']);
  });

  it('takes the uploaded file away at Ctrl-C', async () => {
    verifying.service.break({ when: ({ path }) => path === '/summarize', answer: 'hang' });
    const running = startCli(['verify', '--local'], { home: verifying.home });
    await running.waitFor('stderr', /ok: file lines/);
    expect(await readdir(join(verifying.home.cwd, 'notes'))).to.have.length(3);
    const { code, stdout, stderr } = await running.stop();
    expect(code).to.equal(130);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/Error: interrupted\n$/);
    expect(await readdir(join(verifying.home.cwd, 'notes'))).to.have.members(['a.png', 'ferry.md']);
  });

  describe('with a URL and a key alone', () => {
    const endpoint = (address: string, apiKey: string, ...args: string[]) =>
      runCli(['verify', '--endpoint', address, '--json', ...args], {
        home: verifying.home,
        env: { MCP_S3_API_KEY: apiKey },
      });

    it('uses a text that is there', async () => {
      const { code, stdout } = await endpoint(verifying.url, verifying.key, '--throttle');
      const report: Report = JSON.parse(stdout);
      expect(failures(report)).to.deep.equal({});
      expect(code).to.equal(0);
      expect(statuses(report, 'skipped')).to.deep.equal(['upload', 'clean up']);
      expect(report.checks.find(({ name }) => name === 'files')!.seen).to.match(/ferry\.md is used/);
    });

    it('names the remedy for a wrong key, a wrong path and a service that is not there', async () => {
      for (const [address, apiKey, seen, remedy, blames_service] of [
        [verifying.url, 'wrong', /403/, /MCP_S3_API_KEY/, false],
        [`${verifying.url}/v1`, verifying.key, /404/, /check the endpoint/, true],
        ['http://127.0.0.1:9', verifying.key, /cannot reach/, /network/, false],
      ] as const) {
        const { code, stdout } = await endpoint(address, apiKey);
        const report: Report = JSON.parse(stdout);
        expect(code).to.equal(1);
        expect(Object.keys(failures(report))).to.deep.equal(['health']);
        expect(report.checks[0]!.seen).to.match(seen);
        expect(report.checks[0]!.remedy).to.match(remedy);
        expect(report.checks[0]).to.include({ blames_service });
      }
    });
  });

  it('needs no running dev, and works within prefixes and tight limits', async () => {
    const cwd = join(verifying.home.root, 'scoped');
    await mkdir(join(cwd, 'bucket/docs'), { recursive: true });
    const stage = {
      folder: 'bucket',
      local: true,
      prefixes: ['docs'],
      rateLimit: 20,
      burst: 1,
      mcpRateLimit: 20,
      mcpBurst: 1,
    };
    await writeFile(join(cwd, 'mcp-s3.json'), JSON.stringify({ stages: { scoped: stage } }));
    const { code, stdout, stderr } = await runCli(['verify', '--stage', 'scoped'], {
      home: verifying.home,
      cwd,
    });
    expect(code, stdout).to.equal(0);
    expect(stdout)
      .to.match(/^RESULT +CHECK +TOOK +SEEN\n/)
      .and.to.match(/\n18 ok\n$/);
    expect(stdout).to.match(/docs\/mcp-s3-verify-/);
    expect(stderr).to.match(/^ok: health \(.*\) 200, healthy$/m);
    expect(await readdir(join(cwd, 'bucket/docs'))).to.deep.equal([]);
  });

  it('uploads below the first prefix that a stage on AWS is limited to, as it was deployed', async () => {
    const aws = await startKnownStage({
      outputs: {
        ApiGatewayEndpoint: verifying.url,
        S3BucketName: 'bucket',
        ApiKeySecretArnA: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a',
        ApiKeyIdA: 'abc',
      },
      parameters: { KeySlots: 'a', Prefixes: 'docs/,reports/' },
    });
    try {
      aws.rig({ action: 'secretsmanager:GetSecretValue', do: json({ SecretString: verifying.key }) });
      aws.rig({
        action: 'apigateway:GET /apikeys/abc',
        do: json({ id: 'abc', enabled: true, createdDate: 1_700_000_000 }),
      });
      aws.rig({ action: 's3:PutObject', do: 'deny' });
      const env = { ...environmentFor(aws), MCP_S3_API_URL: verifying.url };
      const { stdout } = await runCli(['verify', '--json'], { home: verifying.home, env });
      expect(failures(JSON.parse(stdout)).upload).to.match(/"docs\/mcp-s3-verify-.*may not do s3:PutObject/);
    } finally {
      await aws.close();
    }
  });

  it('skips what needs a file where there is none', async () => {
    const cwd = join(verifying.home.root, 'empty');
    await mkdir(join(cwd, 'bucket'), { recursive: true });
    const empty = startCli(['dev', 'bucket', '--stage', 'empty', '--port', '0', '--json'], {
      home: verifying.home,
      cwd,
    });
    try {
      const [, address] = await empty.waitFor('stdout', /"url":"(http[^"]+)"/);
      const apiKey = (
        await runCli(['key', 'show', '--local', '--stage', 'empty'], { home: verifying.home, cwd })
      ).stdout.trim();
      const { code, stdout } = await runCli(['verify', '--endpoint', address!, '--json'], {
        home: verifying.home,
        env: { MCP_S3_API_KEY: apiKey },
      });
      expect(code).to.equal(0);
      expect(statuses(JSON.parse(stdout), 'skipped')).to.have.length(8);
    } finally {
      await empty.stop();
    }
  });

  it('shows the table, what failed and what to do in a terminal of 80 and of 40 columns', async () => {
    verifying.service.break({
      when: ({ path }) => path.startsWith('/.well-known'),
      answer: () => ({ body: '<h1>Sorry</h1>' }),
    });
    for (const columns of [80, 40]) {
      const { code, text } = await runInTerminal(['verify', '--local'], { home: verifying.home, columns });
      expect(code).to.equal(1);
      expect(text).to.match(/failed +well-known/);
      expect(text).to.match(
        /\nFailed: well-known\n {2}seen: 404[\s\S]*\n {2}expected: 404[\s\S]*\n {2}→ [\s\S]*\n17 ok, 1 failed\n$/,
      );
      const table = text.slice(text.indexOf('RESULT'));
      for (const line of table.split('\n')) expect(line.length, line).to.be.at.most(columns);
    }
  });

  it('says that events are for AWS', async () => {
    const { code, stderr } = await runCli(['verify', '--local', '--events'], { home: verifying.home });
    expect(code).to.equal(2);
    expect(stderr).to.match(/on AWS only/);
  });
});

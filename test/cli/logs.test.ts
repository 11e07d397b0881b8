import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';
import { CTRL_C, runInTerminal } from '../support/terminal.ts';

describe('logs, metrics and alarms of the local target', () => {
  let home: CliHome;
  const run = (...args: string[]) => runCli([...args, '--local'], { home });

  beforeEach(async () => {
    home = await createCliHome();
    await writeFile(join(home.cwd, 'a.txt'), 'Rain fell on the harbour all through the night.');
  });
  afterEach(() => removeCliHome(home));

  it('say so where nothing happened yet', async () => {
    const logs = await run('logs');
    expect(logs).to.include({ code: 0, stdout: '' });
    expect(logs.stderr).to.include('No lines in the last hour');
    expect((await run('metrics')).stdout).to.match(/^No requests between /);
    expect((await run('alarms')).stdout).to.include('INSUFFICIENT_DATA  mcp-dev-5xx');
  });

  it('show the requests that other commands made', async () => {
    await run('upload', 'a.txt');
    const summary = await run('summarize', 'a.txt');
    const id = /request ([0-9a-f-]{36})/.exec(summary.stderr)![1]!;
    await run('summarize', 'missing.txt');

    const all = await run('logs');
    expect(all.stdout)
      .to.match(/INFO {2}POST \/summarize 200 .* a\.txt .*\n/)
      .and.to.include(id);
    expect(all.stdout).to.match(/WARN {2}POST \/summarize 404 .* missing\.txt /);
    expect((await run('logs', '--level', 'warn')).stdout.trim().split('\n')).to.have.lengthOf(1);
    expect((await run('logs', '--request', id.slice(0, 8))).stdout.trim().split('\n')).to.have.lengthOf(1);
    expect((await run('logs', '--filter', 'POST /summarize 404')).stdout).to.include('missing.txt');
    expect((await run('logs', '--since', '2h', '--until', '1h')).stdout).to.equal('');
    const access = await run('logs', '--source', 'access');
    expect(access.code).to.equal(2);
    expect(access.stderr).to.include('--source access is a log on AWS');
    const lines = (await run('logs', '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))[0]).to.deep.include({ request_id: id, level: 'info' });

    const metrics = JSON.parse((await run('metrics', '--json')).stdout);
    expect(metrics).to.deep.include({ requests: 2, errors_4xx: 1, summaries: { total: 1, cached: 0 } });
    const alarms = JSON.parse((await run('alarms', '--json')).stdout).alarms as { name: string }[];
    expect(alarms.map(({ name }) => name)).to.deep.equal([
      'mcp-dev-5xx',
      'mcp-dev-latency',
      'mcp-dev-error-logs',
    ]);
  });

  it('ring for errors in the log, and --fail-on-alarm says so with 6', async () => {
    await run('summarize', 'missing.txt');
    expect((await run('alarms', '--fail-on-alarm')).code).to.equal(0);
    const { log_folder } = JSON.parse((await run('outputs', '--json')).stdout);
    const line = (msg: string, level: string, ago: number) =>
      `${JSON.stringify({ level, time: new Date(Date.now() - ago).toISOString(), msg })}\n`;
    const lines = line('all is well', 'info', 600_000) + line('the disk is full', 'error', 0);
    await writeFile(join(log_folder, 'server.ndjson'), lines, { flag: 'a' });
    const found = await run('alarms', '--fail-on-alarm');
    expect(found.code).to.equal(6);
    expect(found.stdout).to.match(/ALARM\s+mcp-dev-error-logs[\s\S]*1 error logged in the 5 minutes/);
    expect((await run('alarms', '--fail-on-alarm', '--json')).code).to.equal(6);
    expect((await run('alarms', '--fail-on-alarm', '--watch', '--json')).code).to.equal(6);
    expect((await run('alarms')).code).to.equal(0);
    const { alarms } = JSON.parse((await run('alarms', '--history', '--json')).stdout);
    expect(alarms[2].history).to.have.lengthOf(1);
    expect(alarms[2].history[0]).to.include({ from: 'OK', to: 'ALARM' });
    expect((await run('alarms', '--history', '--since', '30m')).stdout).to.include(
      'OK -> ALARM: 1 error logged',
    );
  });

  it('say that a test of alarms needs AWS', async () => {
    const { code, stderr } = await run('alarms', 'test');
    expect(code).to.equal(2);
    expect(stderr).to.include('the alarms of the local target send no mail');
  });

  it('follow what comes, and end well with Ctrl-C', async function () {
    if (process.platform === 'win32') this.skip();
    const following = startCli(['logs', '--follow', '--json', '--local'], { home });
    await run('summarize', 'missing.txt');
    const [line] = await following.waitFor('stdout', /^\{.*\}\n/);
    expect(JSON.parse(line)).to.have.nested.property('fields.file_key', 'missing.txt');
    expect(await following.stop()).to.include({ code: 0, stderr: '' });
  });

  it('redraw in a terminal until Ctrl-C, and end well', async () => {
    await run('summarize', 'missing.txt');
    const input = [{ after: /ROUTE[\s\S]*ROUTE/, type: CTRL_C }];
    const shown = await runInTerminal(['metrics', '--watch', '--local'], { home, input, columns: 40 });
    expect(shown.code).to.equal(0);
    expect(shown.output).to.match(/\x1b\[\d+A/);
    expect(shown.text).to.include('1 in all');
  });

  it('watch the status until Ctrl-C', async function () {
    if (process.platform === 'win32') this.skip();
    const watching = startCli(['status', '--watch', '--json', '--local'], { home });
    const [line] = await watching.waitFor('stdout', /^\{.*\}\n/);
    expect(JSON.parse(line)).to.include({ target: 'local', health: 'idle', requests_today: 0 });
    expect(await watching.stop()).to.include({ code: 0, stderr: '' });
  });

  it('never send what a key holds raw to a terminal', async () => {
    await run('summarize', 'a\x1b[31m\nb.txt');
    const shown = await runInTerminal(['logs', '--local'], { home, env: { NO_COLOR: '1' } });
    expect(shown.code).to.equal(0);
    expect(shown.output).to.include('a\\x1b[31m\\nb.txt').and.not.to.include('\x1b[31m');
    const coloured = await runInTerminal(['logs', '--local'], { home });
    expect(coloured.output).to.match(/\x1b\[33mWARN/);
  });

  const wrong: [string[], RegExp][] = [
    [['logs', '--since', 'yesterday'], /--since "yesterday" is neither a duration nor a date/],
    [['logs', '--since', '2999-01-01'], /has not come yet/],
    [['logs', '--since', '1h', '--until', '2h'], /not after/],
    [['logs', '--follow', '--until', '1h'], /--follow and --until do not go together/],
    [['logs', '--level', 'eror'], /choose debug, info, warn or error/],
    [['metrics', '--since', '1'], /neither a duration nor a date/],
    [['alarms', '--since', '1d'], /--history/],
    [['alarms', '--history', '--watch'], /--watch/],
    [['alarms', '--history', '--since', 'soon'], /neither a duration nor a date/],
    [['status', '--all-regions'], /--all-regions looks into AWS, and the target is local/],
    [['status', '--all-regions', '--watch'], /--watch/],
  ];
  for (const [args, message] of wrong) {
    it(`refuse ${args.join(' ')}`, async () => {
      const { code, stderr, stdout } = await run(...args);
      expect(stderr).to.match(message).and.not.to.include('\\x1b');
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    });
  }
});

import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'chai';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createWholeStage, type WholeStage } from '../support/aws/whole-stage.ts';
import { type CliHome, createCliHome, removeCliHome, runCli, startCli } from '../support/cli.ts';

/** The built command line, as a person operates a stage with it. */
describe('operating a stage on AWS', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let stage: WholeStage;
  let home: CliHome;
  let env: NodeJS.ProcessEnv;
  const run = (...args: string[]) => runCli(args, { home, env });
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

  before(async () => {
    emulator = await startEmulator();
    stage = await createWholeStage(emulator, 'dev');
    home = await createCliHome();
    env = emulator.env();
    const logs = emulator.client(CloudWatchLogsClient);
    const place = { logGroupName: stage.outputs.LogGroupName!, logStreamName: 's/c/1' };
    await logs.send(new CreateLogStreamCommand(place));
    const time = Date.now() - 5000;
    const request = { level: 'info', time: new Date(time).toISOString(), msg: 'request', request_id: 'r-1' };
    const lines = [
      JSON.stringify({ ...request, method: 'POST', route: '/summarize', status: 200, file_key: 'a.txt' }),
      'TypeError: boom',
      '    at run (/app/main.mjs:3:9)',
    ];
    const logEvents = lines.map((message, index) => ({ timestamp: time + index, message }));
    await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
  });
  after(async () => {
    await removeCliHome(home);
    await emulator.close();
  });
  beforeEach(() => emulator.proxy.reset());

  it('shows its log, and follows it until Ctrl-C', async () => {
    const { code, stdout } = await run('logs');
    expect(code).to.equal(0);
    expect(stdout).to.match(/INFO {2}POST \/summarize 200 a\.txt r-1\n.* ERROR TypeError: boom\n {8}at run/);
    expect((await run('logs', '--request', 'r-1')).stdout.trim().split('\n')).to.have.lengthOf(1);

    const following = startCli(['logs', '--follow', '--json'], { home, env });
    const [crash] = await following.waitFor('stdout', /^.*boom.*$/m);
    expect(JSON.parse(crash)).to.include({
      level: 'error',
      message: 'TypeError: boom\n    at run (/app/main.mjs:3:9)',
    });
    expect((await following.stop()).code).to.equal(0);
  });

  it('shows the logs of its functions and of the calls of its API', async () => {
    const logs = emulator.client(CloudWatchLogsClient);
    const time = Date.now() - 4000;
    const write = async (logGroupName: string, lines: string[]) => {
      const place = { logGroupName, logStreamName: 'of-the-test' };
      await logs.send(new CreateLogStreamCommand(place));
      const logEvents = lines.map((message, index) => ({ timestamp: time + index, message }));
      await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
    };
    const own = (msg: string) => JSON.stringify({ level: 'warn', time: new Date(time).toISOString(), msg });
    const frame = (word: string, rest = '') => `${word} RequestId: 0815 ${rest}\n`;
    await write('/aws/lambda/mcp-dev-upload', [
      frame('START', 'Version: $LATEST'),
      own('the model is throttled'),
      frame('END'),
      frame('REPORT', 'Duration: 1 ms'),
      frame('REPORT', 'Duration: 900000 ms Status: timeout'),
    ]);
    await write('/aws/lambda/mcp-dev-keeper', [own('sends the service to sleep')]);
    const call = { time: String(time), method: 'GET', path: '/files', latency_ms: '12', error: '-' };
    await write(stage.outputs.ApiAccessLogGroupName!, [
      JSON.stringify({ ...call, request_id: 'r-7', status: '200', key_id: 'k1' }),
      JSON.stringify({ ...call, request_id: 'r-8', status: '403', key_id: '-', error: 'INVALID_API_KEY' }),
    ]);
    const upload = (await run('logs', '--source', 'upload')).stdout.trim().split('\n');
    expect(upload.map((line) => line.replace(/^\S+ /, ''))).to.deep.equal([
      'WARN  the model is throttled',
      'INFO  REPORT RequestId: 0815 Duration: 900000 ms Status: timeout',
    ]);
    expect((await run('logs', '--source', 'keeper')).stdout).to.match(
      /WARN {2}sends the service to sleep\n$/,
    );
    expect((await run('logs', '--source', 'access')).stdout).to.match(
      /INFO {2}GET \/files 200 12 ms key_id=k1 r-7\n.* WARN {2}GET \/files 403 12 ms error=INVALID_API_KEY r-8\n$/,
    );
    const refused = (await run('logs', '--source', 'access', '--level', 'warn', '--json')).stdout;
    expect(JSON.parse(refused)).to.deep.include({ level: 'warn', request_id: 'r-8' });
    expect((await run('logs')).stdout).not.to.match(/r-7|throttled|asleep/);
  });

  it('shows its figures, its alarms and how it is', async () => {
    expect(await json('metrics')).to.deep.include({ requests: 0, latency_ms: null, routes: [] });
    expect((await run('alarms', '--fail-on-alarm')).code).to.equal(0);
    const ring = { AlarmName: 'mcp-dev-5xx', StateValue: 'ALARM' as const, StateReason: 'three failures' };
    await emulator.client(CloudWatchClient).send(new SetAlarmStateCommand(ring));
    const found = await run('alarms', '--fail-on-alarm');
    expect(found.code).to.equal(6);
    expect(found.stdout).to.match(/^ALARM +mcp-dev-5xx\n {2}The service answers requests with 5XX/);
    expect(await json('status')).to.include({
      target: 'aws',
      stage: 'dev',
      alarms_ringing: 'mcp-dev-5xx',
      tasks_desired: 1,
      stack_status: 'CREATE_COMPLETE',
    });
  });

  it('knows every alarm that its stack makes', async () => {
    const { alarms } = await json('alarms');
    const made = Object.entries(stage.ids)
      .filter(([id]) => /^Alarm/.test(id) && id !== 'AlarmWake')
      .map(([, name]) => name);
    expect(alarms.map(({ name }: { name: string }) => name).sort()).to.deep.equal(made.sort());
    for (const { name, doctor } of alarms) expect(doctor, name).not.to.be.empty;
  });

  it('tells one output raw, and its key only where that is named', async () => {
    expect((await run('outputs', 's3_bucket_name')).stdout).to.equal(`${stage.ids.Bucket}\n`);
    const all = await run('outputs');
    const key = (await run('outputs', 'api_key')).stdout.trim();
    expect(key).to.have.lengthOf(40);
    expect(all.stdout).not.to.include(key);
    const { code, stderr } = await run('outputs', 's3_bucket_nam');
    expect(code).to.equal(2);
    expect(stderr).to.include('did you mean s3_bucket_name?');
  });

  it('finds the stage among all regions', async () => {
    const { stages } = await json('status', '--all-regions');
    expect(stages).to.have.lengthOf(1);
    expect(stages[0]).to.include({ region: emulator.region, stage: 'dev' });
    const without = { ...env, AWS_REGION: '' };
    expect((await runCli(['status', '--all-regions'], { home, env: without })).stdout).to.include('dev');
  });

  it('says of each command what is missing', async () => {
    const user = await createUser(emulator, 'ann', allow('cloudformation:DescribeStacks'));
    const as = { home, env: emulator.env(user.keys) };
    for (const [command, action] of [
      ['logs', 'logs:FilterLogEvents'],
      ['metrics', 'cloudwatch:GetMetricData'],
      ['alarms', 'cloudwatch:DescribeAlarms'],
    ] as const) {
      const { code, stderr, stdout } = await runCli([command], as);
      expect({ code, stdout }, command).to.deep.equal({ code: 3, stdout: '' });
      expect(stderr).to.include(`may not do ${action}`);
    }
    const { code, stdout } = await runCli(['status'], as);
    expect(code).to.equal(0);
    expect(stdout).to.include('could not look').and.to.include('ecs:DescribeServices');
    for (const command of ['logs', 'metrics', 'alarms', 'status', 'outputs']) {
      const gone = await runCli([command, '--stage', 'prod'], { home, env });
      expect(gone.code, command).to.equal(1);
      expect(gone.stderr).to.include(`stage prod is not deployed in ${emulator.region}`);
    }
  });
});

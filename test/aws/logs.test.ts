import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'chai';
import { type DeployedStack, readDeployedStack } from '../../src/targets/aws/deployed-stack.ts';
import { awsLogs } from '../../src/targets/aws/logs.ts';
import type { LogLine, LogQuery } from '../../src/targets/log-line.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { allow, createUser } from '../support/aws/identities.ts';
import { createStack } from '../support/aws/small-stage.ts';

const STACK = `
Parameters: { Stage: { Type: String } }
Resources:
  LogGroup: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '/ecs/mcp-\${Stage}-task' } }
Outputs:
  LogGroupName: { Value: !Ref LogGroup }
`;
const GROUP = '/ecs/mcp-dev-task';
const signal = new AbortController().signal;
const FAST = { pollMs: 20, livePollMs: 200, farEveryMs: 100 };

describe('logs of a stage on AWS', () => {
  let emulator: Emulator;
  let logs: CloudWatchLogsClient;
  let stack: DeployedStack;
  let start: number;

  before(async () => {
    emulator = await startEmulator();
    logs = emulator.client(CloudWatchLogsClient);
    await createStack(emulator, 'mcp-dev', 'dev', STACK);
    stack = await readDeployedStack(emulator.connection(), 'dev', signal);
  });
  after(() => emulator.close());
  beforeEach(async () => {
    emulator.proxy.reset();
    start = Date.now() - 60_000;
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    for (const logStreamName of ['s/c/one', 's/c/two']) {
      await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));
    }
  });

  /** Puts messages into a task's stream, `seconds` after the start and a millisecond apart. */
  async function put(task: string, seconds: number, ...messages: (string | object)[]): Promise<void> {
    const time = start + seconds * 1000;
    await logs.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: `s/c/${task}`,
        logEvents: messages.map((message, index) => ({
          timestamp: time + index,
          message:
            typeof message === 'string'
              ? message
              : JSON.stringify({ level: 'info', time: new Date(time + index).toISOString(), ...message }),
        })),
      }),
    );
  }

  async function read(query: Partial<LogQuery> = {}, connection = emulator.connection()): Promise<LogLine[]> {
    const lines = [];
    for await (const line of awsLogs(stack, connection, { since: start, follow: false, ...query }, signal)) {
      lines.push(line);
    }
    return lines;
  }
  const messages = (lines: LogLine[]) => lines.map(({ message }) => message);

  it('says nothing where there is nothing', async () => {
    expect(await read()).to.deep.equal([]);
  });

  it('orders the lines of all tasks by time', async () => {
    await put('two', 2, { msg: 'b' }, { msg: 'c' });
    await put('one', 1, { msg: 'a' });
    await put('one', 3, { msg: 'd' });
    expect(messages(await read())).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('selects by time, level, text and request', async () => {
    await put('one', 1, { msg: 'early' }, { msg: 'request', request_id: 'da90d382-427b-4b32', status: 404 });
    await put(
      'two',
      10,
      { msg: 'broken', level: 'error' },
      { msg: 'request', method: 'POST', route: '/mcp' },
    );
    expect(messages(await read({ since: start + 5000 }))).to.deep.equal(['broken', 'request']);
    expect(messages(await read({ until: start + 5000 }))).to.deep.equal(['early', 'request']);
    expect(messages(await read({ level: 'error' }))).to.deep.equal(['broken']);
    expect(messages(await read({ filter: 'POST /mcp' }))).to.deep.equal(['request']);
    expect((await read({ requestId: 'da90d382' })).map(({ fields }) => fields)).to.deep.equal([
      { status: 404 },
    ]);
  });

  it('shows a crash whole, in its place, as an error', async () => {
    const stack = ['TypeError: boom', '    at run (/app/main.mjs:3:9)', '    at start (/app/main.mjs:9:1)'];
    await put('one', 1, { msg: 'before' }, ...stack);
    await put('two', 5, { msg: 'after' });
    const lines = await read();
    expect(messages(lines)).to.deep.equal(['before', 'TypeError: boom', 'after']);
    expect(lines[1]).to.deep.include({ level: 'error', rest: stack.slice(1) });
    expect(messages(await read({ filter: 'start' }))).to.deep.equal(['TypeError: boom']);
  });

  it('says that the group is gone', async () => {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    const error = await read().catch((caught) => caught);
    await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    expect(error).to.include({ code: 'no_log_group', exitCode: 1 });
    expect(error.message).to.include(GROUP);
  });

  it('names the action that is missing', async () => {
    const user = await createUser(emulator, 'ann', allow('cloudformation:DescribeStacks'));
    const error = await read({}, emulator.connection(user.keys)).catch((caught) => caught);
    expect(error).to.include({ code: 'access_denied', exitCode: 3 });
    expect(error.message).to.include('logs:FilterLogEvents');
  });

  describe('following', () => {
    /** Follows until the last line is the one awaited, or for as long as `during` works. */
    async function follow(during: () => Promise<void>, connection = emulator.connection()) {
      const stopper = new AbortController();
      const notes: string[] = [];
      const lines: string[] = [];
      const query = { since: start, follow: true, onNote: (text: string) => void notes.push(text) };
      const followed = (async () => {
        for await (const { message } of awsLogs(stack, connection, query, stopper.signal, FAST)) {
          lines.push(message);
          if (message === 'end') stopper.abort();
        }
      })();
      await during();
      await put('one', 50, { msg: 'end' });
      await followed;
      return { lines, notes };
    }

    /** Writes a line at a time, from two tasks by turns, then from a third one: a deployment in the middle. */
    async function writeLines(count: number): Promise<string[]> {
      const third = { logGroupName: GROUP, logStreamName: 's/c/three' };
      for (let n = 0; n < count; n++) {
        if (n === count / 2) await logs.send(new CreateLogStreamCommand(third));
        const task = n >= count / 2 ? 'three' : ['one', 'two'][n % 2]!;
        await put(task, 10 + n / 100, { msg: `line ${n}` });
      }
      return Array.from({ length: count }, (_, n) => `line ${n}`);
    }

    it('tells what was there and what comes, once, through a change of tasks', async () => {
      await put('one', 1, { msg: 'before' });
      const { lines } = await follow(async () => void (await writeLines(100)));
      expect(lines.slice(0, -1).sort()).to.deep.equal(
        ['before', ...Array.from({ length: 100 }, (_, n) => `line ${n}`)].sort(),
      );
      expect(emulator.proxy.count('logs:StartLiveTail')).to.equal(1);
    });

    it('goes on through throttling, failures and cut connections', async () => {
      await put('one', 1, { msg: 'before' });
      const faults = ['throttle', 'fail', 'cut', 'lose'] as const;
      const { lines } = await follow(async () => {
        for (const [index, fault] of faults.entries()) {
          const met = emulator.proxy.rig({
            action: /^logs:(FilterLogEvents|StartLiveTail)$/,
            do: fault,
            times: 2,
          });
          await put('one', 10 + index, { msg: fault });
          while (met.hits < 2) await sleep(5);
        }
      });
      expect(lines.toSorted()).to.deep.equal(['before', 'end', ...faults].sort());
    });

    it('needs no permission for the live tail', async () => {
      const user = await createUser(emulator, 'bob', allow('logs:FilterLogEvents'));
      const { lines } = await follow(async () => void (await writeLines(6)), emulator.connection(user.keys));
      expect(lines).to.have.lengthOf(7);
      expect(emulator.proxy.count('logs:StartLiveTail')).to.equal(1);
    });

    it('ends without an error when it is stopped', async () => {
      const stopper = new AbortController();
      setTimeout(() => stopper.abort(new Error('Ctrl-C')), 300);
      const query = { since: start, follow: true };
      for await (const line of awsLogs(stack, emulator.connection(), query, stopper.signal, FAST)) {
        expect.fail(line.message);
      }
    });
  });
});

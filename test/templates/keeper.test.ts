import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { AwsAccount } from '../support/functions/aws-account.ts';
import { filterPattern } from '../support/functions/filter-pattern.ts';
import {
  ago,
  ahead,
  type Keeper,
  loadKeeper,
  putToSleep,
  RESUMED,
  rejects,
  SUSPENDED,
} from '../support/functions/keeper.ts';

const MINUTE = 60_000;

describe('keeper', () => {
  let account: AwsAccount;
  let keeper: Keeper;

  beforeEach(async () => {
    account = await AwsAccount.start();
    keeper = await loadKeeper();
  });
  afterEach(() => account.close());

  /** A line of the service's log, so many minutes old. */
  const logged = (minutes: number, fields: Record<string, unknown> = {}) =>
    account.log.push({
      timestamp: Date.now() - minutes * MINUTE,
      message: JSON.stringify({ level: 'info', msg: 'request', route: '/summarize', status: 200, ...fields }),
    });

  const writes = () => account.calls.filter(({ action }) => /^(Update|Tag|Untag|Register)/.test(action));

  describe('status', () => {
    it('is awake while a task is healthy, and changes nothing', async () => {
      expect(await keeper.handler({ action: 'status' })).to.deep.equal({
        state: 'awake',
        running: 1,
        desired: 1,
        healthy: 1,
      });
      expect(writes()).to.deep.equal([]);
    });

    it('is waking until a task is healthy', async () => {
      account.healthy = 0;
      expect(await keeper.handler({ action: 'status' })).to.include({ state: 'waking', healthy: 0 });
    });

    it('is asleep without tasks, and says since when', async () => {
      putToSleep(account);
      expect(await keeper.handler({ action: 'status' }))
        .to.include({ state: 'asleep', desired: 0 })
        .and.to.have.property('asleep_since');
    });
  });

  describe('wake', () => {
    it('brings minimum, scaling and tasks back, and remembers when', async () => {
      putToSleep(account);
      const answer = await keeper.handler({ action: 'wake' });
      expect(answer).to.include({ state: 'waking', desired: 1 }).and.not.to.have.property('asleep_since');
      expect(account.service.desired).to.equal(1);
      expect(account.bounds).to.deep.equal({ MinCapacity: 1, MaxCapacity: 4, SuspendedState: RESUMED });
      expect([...account.service.tags.keys()]).to.deep.equal(['mcp-s3:woken-at']);
    });

    it('wakes as many tasks as the stage has at least', async () => {
      putToSleep(account);
      keeper = await loadKeeper({ MIN_TASKS: '2' });
      await keeper.handler({ action: 'wake' });
      expect(account.service.desired).to.equal(2);
      expect(account.bounds).to.include({ MinCapacity: 2 });
    });

    it('wakes one task where the stage may have none, and also when its maximum is 0 for the night', async () => {
      putToSleep(account);
      account.bounds = { MinCapacity: 0, MaxCapacity: 0 };
      keeper = await loadKeeper({ MIN_TASKS: '0', MAX_TASKS: '3' });
      await keeper.handler({ action: 'wake' });
      expect(account.service.desired).to.equal(1);
      expect(account.bounds).to.include({ MinCapacity: 1, MaxCapacity: 3 });
    });

    it('never takes tasks away', async () => {
      account.service.desired = 3;
      await keeper.handler({ action: 'wake' });
      expect(account.service.desired).to.equal(3);
      expect(account.callsOf('UpdateService')).to.deep.equal([]);
    });

    it('writes nothing for callers that ask again while they wait', async () => {
      putToSleep(account);
      await keeper.handler({ action: 'wake' });
      const before = writes().length;
      await keeper.handler({ action: 'wake' });
      await keeper.handler({ action: 'wake' });
      expect(writes()).to.have.length(before);
    });

    it('works while an update of the stack has taken the scalable target away', async () => {
      putToSleep(account);
      account.bounds = undefined;
      await keeper.handler({ action: 'wake' });
      expect(account.service.desired).to.equal(1);
      expect(account.callsOf('RegisterScalableTarget')).to.deep.equal([]);
    });
  });

  describe('check', () => {
    it('puts a service to sleep that nobody asked for the time given', async () => {
      logged(16);
      account.service.tags.set('mcp-s3:woken-at', ago(20));
      expect(await keeper.handler({ action: 'check' })).to.include({ state: 'asleep', desired: 0 });
      expect(account.service.desired).to.equal(0);
      expect(account.bounds).to.deep.equal({ MinCapacity: 0, MaxCapacity: 4, SuspendedState: SUSPENDED });
      expect(account.service.tags.get('mcp-s3:asleep')).to.match(/^\d{4}-.*Z$/);
    });

    const stays: Record<string, () => void> = {
      'a request was logged': () => logged(14),
      'a request failed': () => logged(1, { status: 500, level: 'error' }),
      'a request has been running for minutes': () => logged(1, { msg: 'running', running_ms: 240_000 }),
      'somebody woke it': () => account.service.tags.set('mcp-s3:woken-at', ago(14)),
      'it was deployed': () => (account.service.createdAt = Date.now() - 2 * MINUTE),
      'a new version is being rolled out': () => (account.service.rollout = 'IN_PROGRESS'),
      'no task is healthy: it is broken, and not idle': () => (account.healthy = 0),
      'it is held': () => account.service.tags.set('mcp-s3:held-until', ahead(5)),
    };
    for (const [when, arrange] of Object.entries(stays)) {
      it(`lets it run when ${when}`, async () => {
        arrange();
        await keeper.handler({ action: 'check' });
        expect(account.service.desired).to.equal(1);
        expect(account.callsOf('RegisterScalableTarget')).to.deep.equal([]);
      });
    }

    const sleeps: Record<string, () => void> = {
      'only the load balancer asked for its health': () => logged(1, { route: '/health' }),
      'it only logged other things': () => logged(1, { msg: 'listening', route: undefined }),
      'a hold has ended': () => account.service.tags.set('mcp-s3:held-until', ago(1)),
      'a tag holds no time': () => account.service.tags.set('mcp-s3:woken-at', 'yesterday'),
    };
    for (const [when, arrange] of Object.entries(sleeps)) {
      it(`puts it to sleep when ${when}`, async () => {
        arrange();
        await keeper.handler({ action: 'check' });
        expect(account.service.desired).to.equal(0);
      });
    }

    it('forgets a hold that has ended, and lets schedules go on', async () => {
      account.service.tags.set('mcp-s3:held-until', ago(1));
      account.bounds = {
        MinCapacity: 1,
        MaxCapacity: 4,
        SuspendedState: { ScheduledScalingSuspended: true },
      };
      keeper = await loadKeeper({ SLEEP_AFTER_MINUTES: '0' });
      await keeper.handler({ action: 'check' });
      expect([...account.service.tags.keys()]).to.deep.equal([]);
      expect(account.bounds).to.deep.include({ SuspendedState: RESUMED });
    });

    it('gives a service that was woken ten minutes at least, while the alarm that woke it may still ring', async () => {
      keeper = await loadKeeper({ SLEEP_AFTER_MINUTES: '5' });
      account.service.tags.set('mcp-s3:woken-at', ago(9));
      expect(await keeper.handler({ action: 'check' })).to.include({ state: 'awake' });
      account.service.tags.set('mcp-s3:woken-at', ago(11));
      expect(await keeper.handler({ action: 'check' })).to.include({ state: 'asleep' });
    });

    it('never puts to sleep where sleeping is off', async () => {
      keeper = await loadKeeper({ SLEEP_AFTER_MINUTES: '0' });
      await keeper.handler({ action: 'check' });
      expect(account.service.desired).to.equal(1);
    });

    it('lets a sleeping service sleep', async () => {
      putToSleep(account);
      expect(await keeper.handler({ action: 'check' })).to.include({ state: 'asleep' });
      expect(writes()).to.deep.equal([]);
    });

    it('takes over a service that a schedule or a person woke: scaling goes on, and it gets its full time', async () => {
      putToSleep(account);
      account.service.desired = 1;
      account.healthy = 1;
      expect(await keeper.handler({ action: 'check' })).to.include({ state: 'awake' });
      expect(account.bounds).to.deep.include({ SuspendedState: RESUMED });
      await keeper.handler({ action: 'check' });
      expect(account.service.desired).to.equal(1);
    });

    it('does not put to sleep when it cannot read the log, and fails, so that its alarm rings', async () => {
      account.refusals.set('FilterLogEvents', { status: 400, type: 'AccessDeniedException', message: 'no' });
      await rejects(keeper.handler({ action: 'check' }), /no/);
      expect(account.service.desired).to.equal(1);
      expect(keeper.lines().find(({ msg }) => msg === 'check failed')).to.deep.include({
        level: 'error',
        err: { type: 'AccessDeniedException', message: 'no' },
      });
    });

    it('tells its metric of a service that should run and has no healthy task', async () => {
      const unserved = await unservedPattern();
      for (const [healthy, desired, counts] of [
        [1, 1, false],
        [0, 1, true],
        [0, 0, false],
      ] as const) {
        Object.assign(account.service, { desired, running: desired });
        account.healthy = healthy;
        keeper = await loadKeeper({ SLEEP_AFTER_MINUTES: '0' });
        await keeper.handler({ action: 'check' });
        const lines = keeper.logText().split('\n').filter(Boolean);
        expect(lines.some(unserved.matches), `${healthy} of ${desired}`).to.equal(counts);
      }
    });
  });

  describe('hold and release', () => {
    it('wakes, keeps awake past idle time and schedules, and lets go', async () => {
      putToSleep(account);
      const until = ahead(30);
      expect(await keeper.handler({ action: 'hold', until })).to.include({
        state: 'waking',
        held_until: until,
      });
      expect(account.bounds).to.deep.include({
        SuspendedState: { ...RESUMED, ScheduledScalingSuspended: true },
      });
      account.service.tags.set('mcp-s3:woken-at', ago(20));
      account.healthy = 1;
      await keeper.handler({ action: 'check' });
      expect(account.service.desired).to.equal(1);

      await keeper.handler({ action: 'release' });
      expect(account.bounds).to.deep.include({ SuspendedState: RESUMED });
      await keeper.handler({ action: 'check' });
      expect(account.service.desired).to.equal(0);
    });

    const wrongTimes = { nothing: undefined, soon: 'soon', 'a minute ago': ago(1), tomorrow: ahead(25 * 60) };
    for (const [name, until] of Object.entries(wrongTimes)) {
      it(`refuses to hold until ${name}`, async () => {
        await rejects(keeper.handler({ action: 'hold', until }), /within the next 24 hours/);
        expect(writes()).to.deep.equal([]);
      });
    }

    it('does not sleep on demand while held, and says why', async () => {
      await keeper.handler({ action: 'hold', until: ahead(30) });
      const answer = await keeper.handler({ action: 'sleep' });
      expect(answer).to.include({ state: 'awake' });
      expect(answer.refused).to.match(/^it is held awake until \d{4}-/);
    });

    it('sleeps on demand otherwise', async () => {
      logged(1);
      expect(await keeper.handler({ action: 'sleep' })).to.include({ state: 'asleep' });
      expect(account.service.desired).to.equal(0);
    });
  });

  for (const request of [undefined, null, {}, { action: 'stop' }, 'wake']) {
    it(`refuses ${JSON.stringify(request)} and says what it knows`, async () => {
      await rejects(keeper.handler(request), /must be wake, hold, release, sleep, status or check/);
      expect(account.calls).to.deep.equal([]);
    });
  }
});

async function unservedPattern() {
  const template = parseTemplate(await readFile('templates/app/observability.yaml', 'utf8'));
  const { Properties } = template.Resources.UnservedFilter as unknown as {
    Properties: { FilterPattern: string };
  };
  return filterPattern(Properties.FilterPattern);
}

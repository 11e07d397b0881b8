import { expect } from 'chai';
import type { LogEvent } from '../../src/aws/logs.ts';
import { failed, unfinished } from '../../src/errors.ts';
import { followEvents } from '../../src/targets/aws/log-follow.ts';
import { TailedLog } from '../support/aws/tailed-log.ts';

const TIMES = { pollMs: 2, livePollMs: 20, farEveryMs: 5 };
/** Looks only where the live tail wishes for one. */
const RARELY = { ...TIMES, livePollMs: 3_600_000 };

describe('following the events of a log group', () => {
  let log: TailedLog;
  let stopper: AbortController;
  let notes: string[];
  beforeEach(() => {
    log = new TailedLog();
    stopper = new AbortController();
    notes = [];
  });
  afterEach(() => stopper.abort());

  function follow(times: typeof TIMES) {
    const options = {
      signal: stopper.signal,
      onNote: (text: string) => notes.push(text),
      now: () => log.now,
      times,
    };
    return followEvents(log, log.start, options);
  }

  /** Follows until so many events were told, and then for three rounds more. */
  async function told(
    count: number,
    meanwhile: (sofar: LogEvent[]) => void = () => {},
    times = TIMES,
  ): Promise<string[]> {
    const found: LogEvent[] = [];
    let rounds = 3;
    for await (const events of follow(times)) {
      found.push(...events);
      meanwhile(found);
      if (found.length >= count && events.length === 0 && --rounds === 0) stopper.abort();
    }
    return found.map(({ message }) => message);
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

  it('tells what is there, and what comes in', async () => {
    for (let n = 0; n < 25; n++) log.write(`line ${n}`);
    let n = 25;
    const found = await told(40, () => n < 40 && log.write(`line ${n++}`));
    expect(found).to.deep.equal(numbers(40));
  });

  it('neither loses nor repeats events of one millisecond on both sides of a page', async () => {
    log.pageSize = 3;
    for (let n = 0; n < 8; n++) log.write('same', { time: log.start + 5 });
    const found = await told(8);
    expect(found).to.deep.equal(Array(8).fill('same'));
  });

  it('tells an event once that query and live tail both bring, whichever is first', async () => {
    log.tailing = true;
    let n = 0;
    const found = await told(60, () => {
      if (n < 60) log.write(`line ${n}`, { late: n % 2 === 0 ? 0 : 3 });
      n++;
    });
    expect(found.sort()).to.deep.equal(numbers(60).sort());
  });

  it('tells two equal lines of one millisecond as two', async () => {
    log.tailing = true;
    let written = false;
    const found = await told(2, () => {
      if (written) return;
      written = true;
      for (const late of [0, 1]) log.write('twin', { time: log.start + 7, late });
    });
    expect(found).to.deep.equal(['twin', 'twin']);
  });

  it('finds what the live tail left out', async () => {
    log.tailing = true;
    log.sampled = true;
    let n = 0;
    const write = () => n < 50 && log.write(`line ${n++}`);
    const found = await told(50, write, RARELY);
    expect(found.sort()).to.deep.equal(numbers(50).sort());
  });

  it('goes on with a new session where the live tail ends', async () => {
    log.tailing = true;
    let n = 0;
    const found = await told(
      30,
      () => {
        if (n === 10) log.endSessions();
        if (n < 30) log.write(`line ${n++}`);
      },
      RARELY,
    );
    expect(found.sort()).to.deep.equal(numbers(30).sort());
  });

  it('finds lines that come in two minutes late', async () => {
    log.write('early', { time: log.start });
    log.now += 200_000;
    let wrote = false;
    const found = await told(3, () => {
      if (wrote) return;
      wrote = true;
      log.write('newest', { time: log.now });
      log.write('late', { time: log.now - 100_000, late: 3 });
    });
    expect(found).to.have.members(['early', 'newest', 'late']);
  });

  it('is not led into the future by a task whose clock is ahead', async () => {
    log.write('from the future', { time: log.start + 3_600_000 });
    let wrote = false;
    const found = await told(2, () => {
      if (!wrote) log.write('now');
      wrote = true;
    });
    expect(found).to.have.members(['from the future', 'now']);
  });

  it('waits throttling and lost connections out, says so once, and loses nothing', async () => {
    for (let n = 0; n < 5; n++) log.write(`line ${n}`);
    let n = 5;
    const found = await told(10, (sofar) => {
      if (sofar.length === 5 && n === 5) {
        log.failNext(3, unfinished('throttled', 'CloudWatch Logs is asked too often'));
        while (n < 10) log.write(`line ${n++}`);
      }
    });
    expect(found).to.deep.equal(numbers(10));
    expect(notes).to.deep.equal([
      'CloudWatch Logs is asked too often; trying again until it answers',
      'CloudWatch Logs answers again: nothing was missed',
    ]);
  });

  it('goes on in the middle of many pages', async () => {
    log.pageSize = 10;
    for (let n = 0; n < 100; n++) log.write(`line ${n}`);
    log.failNext(1, unfinished('unreachable', 'cut'), { afterPages: 4 });
    expect(await told(100)).to.deep.equal(numbers(100));
  });

  it('fails at once where it never had an answer, and where waiting does not help', async () => {
    const codeOf = async (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error) => error.code,
      );
    log.failNext(1, unfinished('unreachable', 'no network'));
    expect(await codeOf(told(1))).to.equal('unreachable');
    log.write('one');
    let broken = false;
    const ended = told(2, () => {
      if (!broken) log.failNext(1, failed('no_log_group', 'gone'));
      broken = true;
    });
    expect(await codeOf(ended)).to.equal('no_log_group');
  });

  it('does without the live tail where it may not be used', async () => {
    log.tailing = 'denied';
    let n = 0;
    const found = await told(10, () => n < 10 && log.write(`line ${n++}`));
    expect(found).to.deep.equal(numbers(10));
    expect(log.sessions).to.equal(1);
  });
});

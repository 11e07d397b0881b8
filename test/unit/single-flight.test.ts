import { expect } from 'chai';
import { SingleFlight } from '../../server/summaries/single-flight.ts';

/** Work that the test ends, and what became of it. */
function controlled() {
  let finish = (_value: string): void => {};
  let fail = (_error: Error): void => {};
  let say = (_event: string): void => {};
  const result = new Promise<string>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const state = { started: 0, signal: undefined as AbortSignal | undefined };
  const work = (emit: (event: string) => void, signal: AbortSignal): Promise<string> => {
    state.started++;
    state.signal = signal;
    say = emit;
    return result;
  };
  return {
    work,
    state,
    finish: (value: string) => finish(value),
    fail: (e: Error) => fail(e),
    say: (e: string) => say(e),
  };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: Error) => error.message,
  );

describe('SingleFlight', () => {
  it('does the work once for all who ask for the same at the same time', async () => {
    const flights = new SingleFlight<string, string>();
    const { work, state, finish } = controlled();
    const all = [1, 2, 3].map(() => flights.run('a', {}, work));
    finish('done');
    expect(await Promise.all(all)).to.deep.equal(['done', 'done', 'done']);
    expect(state.started).to.equal(1);
  });

  it('does other work and later work anew', async () => {
    const flights = new SingleFlight<string, string>();
    const first = controlled();
    const other = controlled();
    const running = [flights.run('a', {}, first.work), flights.run('b', {}, other.work)];
    first.finish('1');
    other.finish('2');
    expect(await Promise.all(running)).to.deep.equal(['1', '2']);
    const later = controlled();
    later.finish('3');
    expect(await flights.run('a', {}, later.work)).to.equal('3');
  });

  it('tells a latecomer all that was said, in order and once', async () => {
    const flights = new SingleFlight<string, string>();
    const { work, say, finish } = controlled();
    const heard: string[][] = [[], []];
    const first = flights.run('a', { onEvent: (event) => heard[0]!.push(event) }, work);
    say('one');
    const second = flights.run('a', { onEvent: (event) => heard[1]!.push(event) }, work);
    say('two');
    finish('done');
    await Promise.all([first, second]);
    expect(heard).to.deep.equal([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it("ends one caller's wait without ending the work of the others", async () => {
    const flights = new SingleFlight<string, string>();
    const { work, state, finish, say } = controlled();
    const leaving = new AbortController();
    const heard: string[] = [];
    const gone = outcome(
      flights.run('a', { signal: leaving.signal, onEvent: (event) => heard.push(event) }, work),
    );
    const stays = flights.run('a', { signal: new AbortController().signal }, work);
    leaving.abort(new Error('left'));
    expect(await gone).to.equal('left');
    say('later');
    expect(heard).to.deep.equal([]);
    expect(state.signal!.aborted).to.equal(false);
    finish('done');
    expect(await stays).to.equal('done');
  });

  it('aborts the work when the last caller leaves, with its reason, and starts afresh for the next', async () => {
    const flights = new SingleFlight<string, string>();
    const { work, state } = controlled();
    const leaving = [new AbortController(), new AbortController()];
    const gone = leaving.map(({ signal }) => outcome(flights.run('a', { signal }, work)));
    leaving[0]!.abort(new Error('first'));
    leaving[1]!.abort(new Error('second'));
    expect(await Promise.all(gone)).to.deep.equal(['first', 'second']);
    expect(state.signal!.reason).to.have.property('message', 'second');
    const next = controlled();
    next.finish('new');
    expect(await flights.run('a', {}, next.work)).to.equal('new');
  });

  it('hands a failure to everybody and forgets it', async () => {
    const flights = new SingleFlight<string, string>();
    const { work, fail } = controlled();
    const all = [1, 2].map(() => outcome(flights.run('a', {}, work)));
    fail(new Error('broken'));
    expect(await Promise.all(all)).to.deep.equal(['broken', 'broken']);
    const next = controlled();
    next.finish('fine');
    expect(await flights.run('a', {}, next.work)).to.equal('fine');
  });

  it('does nothing for one who has already left', async () => {
    const { work, state } = controlled();
    const flights = new SingleFlight<string, string>();
    const signal = AbortSignal.abort(new Error('gone'));
    expect(await outcome(flights.run('a', { signal }, work))).to.equal('gone');
    expect(state.started).to.equal(0);
  });
});

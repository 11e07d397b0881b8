import { expect } from 'chai';
import { callAws } from '../../src/aws/call.ts';

const CALL = { service: 'ECS', action: 'ecs:DescribeServices' };

describe('a call of AWS', () => {
  it('ends at once with the reason of the signal, also where the SDK does not', async () => {
    const stopper = new AbortController();
    let given: AbortSignal | undefined;
    const call = callAws(CALL, stopper.signal, (signal) => {
      given = signal;
      return new Promise(() => {});
    });
    stopper.abort(new Error('Ctrl-C'));
    const error = (await call.catch((caught) => caught)) as Error;
    expect(error.message).to.equal('Ctrl-C');
    expect(given!.aborted).to.equal(true);
  });

  it('is let go of when it is over: a signal that lives on has nothing to do with it any more', async () => {
    const stopper = new AbortController();
    let given: AbortSignal | undefined;
    await callAws(CALL, stopper.signal, async (signal) => {
      given = signal;
    });
    stopper.abort();
    expect(given!.aborted).to.equal(false);
  });

  it('names the action that is denied', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const error = await callAws(CALL, new AbortController().signal, () => Promise.reject(denied)).catch(
      (caught) => caught,
    );
    expect(error).to.include({ code: 'access_denied', exitCode: 3 });
    expect(error.message).to.include('ecs:DescribeServices');
  });
});

import { expect } from 'chai';
import { InterruptedError } from '../../src/errors.ts';
import { sleep } from '../../src/sleep.ts';

describe('a pause', () => {
  it("ends at once with the signal's own reason", async () => {
    const stop = new AbortController();
    const reason = new InterruptedError();
    const day = sleep(86_400_000, stop.signal).catch((error) => error);
    stop.abort(reason);
    expect(await day).to.equal(reason);
    expect(await sleep(86_400_000, stop.signal).catch((error) => error)).to.equal(reason);
  });

  it('is over after its time', async () => {
    await sleep(1, new AbortController().signal);
  });
});

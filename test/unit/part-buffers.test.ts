import { setMaxListeners } from 'node:events';
import { expect } from 'chai';
import { PartBuffers } from '../../server/files/s3/part-buffers.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** What has become of a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<'waiting' | 'done' | string> {
  const state = promise.then(
    () => 'done',
    (error: Error) => error.message,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([state, Promise.resolve('waiting')]);
}

describe('PartBuffers', () => {
  it('hands out as much as it may, and the same memory again', async () => {
    const buffers = new PartBuffers(20);
    const first = await buffers.take(10, never);
    const second = await buffers.take(10, never);
    const third = buffers.take(10, never);
    expect(await stateOf(third)).to.equal('waiting');
    expect(buffers.held).to.equal(20);
    buffers.giveBack(first);
    expect(await third).to.equal(first);
    expect(await third).not.to.equal(second);
    expect(buffers.held).to.equal(20);
  });

  it('keeps its bound while many uploads take parts that grow, of whatever lengths', async () => {
    const buffers = new PartBuffers(48);
    let most = 0;
    let alone = 0;
    const upload = async (start: number) => {
      for (let part = 0; part < 40; part++) {
        const bytes = 8 * (1 + Math.floor((start + part) / 10));
        const buffer = await buffers.take(bytes, never);
        expect(buffer.length).to.equal(bytes);
        if (bytes > 48) alone = Math.max(alone, buffers.held - bytes);
        else most = Math.max(most, buffers.held);
        await new Promise((resolve) => setImmediate(resolve));
        if (part % 7 === 0) buffers.drop(buffer);
        else buffers.giveBack(buffer);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => upload(index)));
    expect({ most, alone, held: buffers.held }).to.deep.equal({ most: 48, alone: 0, held: 0 });
  });

  it('lets in who came first, so that a large part gets its room', async () => {
    const buffers = new PartBuffers(20);
    const small = [await buffers.take(10, never), await buffers.take(10, never)];
    const large = buffers.take(20, never);
    const late = buffers.take(10, never);
    buffers.giveBack(small[0]!);
    expect([await stateOf(large), await stateOf(late)]).to.deep.equal(['waiting', 'waiting']);
    buffers.giveBack(small[1]!);
    expect([await stateOf(large), await stateOf(late)]).to.deep.equal(['done', 'waiting']);
    buffers.giveBack(await large);
    expect(await stateOf(late)).to.equal('done');
  });

  it('hands out what is larger than all it has, alone', async () => {
    const buffers = new PartBuffers(20);
    const small = await buffers.take(10, never);
    const large = buffers.take(50, never);
    expect(await stateOf(large)).to.equal('waiting');
    buffers.giveBack(small);
    expect(await large).to.have.length(50);
    expect(buffers.held).to.equal(50);
  });

  it('lets who waits go at once when told so, and those behind in', async () => {
    const buffers = new PartBuffers(20);
    const abort = new AbortController();
    await buffers.take(10, never);
    const large = buffers.take(20, abort.signal);
    const behind = buffers.take(10, never);
    expect(await stateOf(behind)).to.equal('waiting');
    abort.abort(new Error('enough'));
    expect(await stateOf(large)).to.equal('enough');
    expect(await stateOf(behind)).to.equal('done');
    expect(await stateOf(buffers.take(1, abort.signal))).to.equal('enough');
  });

  it('keeps no memory when nobody uploads', async () => {
    const buffers = new PartBuffers(30);
    const taken = [
      await buffers.take(10, never),
      await buffers.take(10, never),
      await buffers.take(10, never),
    ];
    buffers.giveBack(taken[0]!);
    buffers.drop(taken[1]!);
    expect(buffers.held).to.equal(20);
    buffers.giveBack(taken[2]!);
    expect(buffers.held).to.equal(0);
  });
});

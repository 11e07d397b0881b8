import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createIo } from '../../src/io.ts';
import { workLog } from '../../src/render/work-log.ts';

function logOn({ isTTY = false, json = false, columns = 80 } = {}) {
  let text = '';
  const write = (piece: Buffer, _: string, done: () => void) => {
    text += piece;
    done();
  };
  const stderr = Object.assign(new Writable({ write }), { isTTY, columns });
  const io = createIo({ stdin: process.stdin, stdout: stderr, stderr, env: { NO_COLOR: '1' }, json });
  let now = 0;
  return {
    log: workLog(io, () => now),
    after: (ms: number) => (now += ms),
    get text() {
      return text;
    },
  };
}

describe('the log of long work', () => {
  it('keeps what is reported and tells how far it is now and then, where nobody watches', () => {
    const shown = logOn();
    shown.log.report('Emptying the bucket');
    shown.log.progress('1 of 9');
    shown.after(10_001);
    shown.log.progress('2 of 9');
    shown.log.progress('3 of 9');
    shown.log.report('Deleting the bucket');
    shown.log.stop();
    expect(shown.text).to.equal('Emptying the bucket\n  2 of 9\nDeleting the bucket\n');
  });

  it('draws the newest progress over the one before on a terminal, and takes it away', async () => {
    const shown = logOn({ isTTY: true, columns: 12 });
    shown.log.report('Emptying\nthe bucket');
    shown.log.progress('1 of 1,000,000');
    shown.log.progress('2 of 1,000,000');
    while (!shown.text.includes('2 of')) await sleep(5);
    shown.log.report('Done');
    expect(shown.text).to.equal('Emptying\\nthe bucket\n\r  2 of 1,00\x1b[K\r\x1b[KDone\n');
    shown.log.progress('never');
    shown.log.stop();
    await sleep(200);
    expect(shown.text).to.match(/Done\n$/);
  });

  it('is silent under --json', () => {
    const shown = logOn({ json: true });
    shown.log.report('Emptying the bucket');
    shown.log.progress('1 of 9');
    shown.log.stop();
    expect(shown.text).to.equal('');
  });
});

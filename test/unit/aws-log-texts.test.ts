import { expect } from 'chai';
import { LogTexts } from '../../src/targets/aws/log-texts.ts';

const START = 1_764_000_000_000;

describe('texts of a log group', () => {
  let texts: LogTexts;
  let clock: number;
  beforeEach(() => {
    clock = 0;
    texts = new LogTexts(() => clock);
  });

  const add = (message: string, ms = 0, stream = 'a') => texts.add({ stream, time: START + ms, message });
  const told = (found: { text: string }[]) => found.map(({ text }) => text);

  it('passes a line of JSON on at once', () => {
    expect(add('{"msg":"one"}', 5)).to.deep.equal([{ text: '{"msg":"one"}', time: START + 5 }]);
    expect(texts.end()).to.deep.equal([]);
  });

  it('keeps the lines of a crash together, also where another task writes between them', () => {
    const crash = ['/app/main.mjs:3', '', 'TypeError: boom', '    at run (/app/main.mjs:3:9)'];
    const found = crash.flatMap((line, index) => [
      ...add(line, index),
      ...told(add(`{"n":${index}}`, index, 'b')),
    ]);
    expect(found).to.deep.equal(['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}']);
    expect(texts.end()).to.deep.equal([{ text: crash.join('\n'), time: START }]);
  });

  it('ends a crash with the next line of JSON, and with later lines of any stream', () => {
    add('Error: one');
    expect(told(add('{"next":1}', 10))).to.deep.equal(['Error: one', '{"next":1}']);
    add('Error: two', 20);
    expect(told(add('plain', 2000))).to.deep.equal(['Error: two']);
    expect(told(add('{"other":1}', 4000, 'b'))).to.deep.equal(['plain', '{"other":1}']);
  });

  it('gives out a crash that nothing follows after a while', () => {
    add('Error: last words');
    expect(texts.idle()).to.deep.equal([]);
    clock = 900;
    add('    at end', 900);
    clock = 1800;
    expect(texts.idle()).to.deep.equal([]);
    clock = 1900;
    expect(told(texts.idle())).to.deep.equal(['Error: last words\n    at end']);
  });

  it('puts a line together that the runtime cut into pieces', () => {
    const long = JSON.stringify({ msg: 'x'.repeat(40_000) });
    const pieces = long.match(/.{1,16384}/g)!;
    expect(pieces).to.have.lengthOf(3);
    expect(pieces.flatMap((piece) => told(add(piece)))).to.deep.equal([long]);
  });

  it('does not wait for the rest of a line that was cut by its own end', () => {
    expect(told(add('{"msg":"the task was killed here'))).to.deep.equal(['{"msg":"the task was killed here']);
  });

  it('does not grow without end', () => {
    const found = Array.from({ length: 1200 }, (_, index) => add(`line ${index}`)).flat();
    expect([...found, ...texts.end()].flatMap(({ text }) => text.split('\n'))).to.have.lengthOf(1200);
    expect(found).not.to.be.empty;
  });
});

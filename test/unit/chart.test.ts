import { expect } from 'chai';
import { bar, columnChart, groupNeighbours } from '../../src/render/chart.ts';
import { glyphsFor } from '../../src/render/glyphs.ts';

const blocks = glyphsFor({ LANG: 'en_US.UTF-8' }, 'linux');
const ascii = glyphsFor({ LANG: 'C' }, 'linux');

describe('charts', () => {
  it('fills a column by its share of the top', () => {
    expect(columnChart([0, 1, 8, 12, 16, null], { height: 2, top: 16, glyphs: blocks })).to.deep.equal([
      '   ▄█',
      ' ▁███',
    ]);
  });

  it('shows every value above zero', () => {
    expect(columnChart([1, 1_000_000], { height: 1, top: 1_000_000, glyphs: blocks })).to.deep.equal(['▁█']);
    expect(bar(0.0001, 10, blocks)).to.equal('▏');
    expect(bar(0.0001, 10, ascii)).to.equal('#');
  });

  it('is empty without values', () => {
    expect(columnChart([null, 0], { height: 2, top: 0, glyphs: blocks })).to.deep.equal(['', '']);
    expect(bar(0, 10, blocks)).to.equal('');
  });

  it('draws bars to an eighth', () => {
    expect(bar(1, 4, blocks)).to.equal('████');
    expect(bar(0.5 + 1 / 32, 4, blocks)).to.equal('██▏');
  });

  it('keeps to ASCII where the locale has nothing else', () => {
    const drawn = columnChart([1, 2, 3, 4], { height: 2, top: 4, glyphs: ascii });
    expect(drawn.join('')).to.match(/^[ -~]+$/);
    expect(bar(0.7, 9, ascii)).to.match(/^[ -~]+$/);
  });

  it('chooses characters by the locale, as POSIX says', () => {
    const unicode = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux') =>
      glyphsFor(env, platform).ellipsis === '…';
    expect(unicode({})).to.equal(true);
    expect(unicode({ LANG: 'de_DE.utf8' })).to.equal(true);
    expect(unicode({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).to.equal(false);
    expect(unicode({ LANG: 'en_US.UTF-8', TERM: 'dumb' })).to.equal(false);
    expect(unicode({}, 'win32')).to.equal(false);
    expect(unicode({ WT_SESSION: '1' }, 'win32')).to.equal(true);
  });

  it('groups neighbours for a narrow chart and loses none', () => {
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(groupNeighbours([1, 2, 3, 4, 5], 3, sum)).to.deep.equal([3, 7, 5]);
    expect(groupNeighbours([1, 2], 10, sum)).to.deep.equal([1, 2]);
  });
});

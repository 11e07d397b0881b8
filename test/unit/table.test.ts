import { expect } from 'chai';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { createStyle } from '../../src/render/style.ts';
import { renderTable } from '../../src/render/table.ts';

const COLUMNS = [
  { title: 'Name', cut: true },
  { title: 'Requests', align: 'right' as const },
  { title: 'Note', cut: true },
];

describe('tables', () => {
  it('aligns words left and numbers right', () => {
    expect(
      renderTable(
        COLUMNS,
        [
          ['a', '1', 'x'],
          ['beta', '1,234', ''],
        ],
        80,
      ),
    ).to.deep.equal(['Name  Requests  Note', 'a            1  x', 'beta     1,234']);
  });

  it('has no line of titles where there are none', () => {
    expect(renderTable([{ title: '' }, { title: '' }], [['a', 'b']], 80)).to.deep.equal(['a  b']);
  });

  it('cuts nothing in a pipe', () => {
    const long = 'x'.repeat(300);
    expect(renderTable(COLUMNS, [[long, '1', long]], Number.POSITIVE_INFINITY)[1]).to.equal(
      `${long}         1  ${long}`,
    );
  });

  it('counts wide characters double and colours not at all', () => {
    const style = createStyle(true);
    const lines = renderTable(
      COLUMNS,
      [
        ['日本', '1', 'x'],
        [style.red('red'), '2', 'y'],
      ],
      80,
    );
    expect(lines[1]).to.equal('日本         1  x');
    expect(stringWidth(lines[2]!)).to.equal(17);
  });

  for (const width of [40, 80]) {
    it(`fits ${width} columns, and cuts no number`, () => {
      const cell = fc.string({ unit: fc.constantFrom('a', ' ', '日', 'é', '🌊', '-'), maxLength: 90 });
      fc.assert(
        fc.property(fc.array(fc.tuple(cell, fc.nat().map(String), cell), { maxLength: 5 }), (rows) => {
          const lines = renderTable(COLUMNS, rows, width);
          for (const line of lines) expect(stringWidth(line)).to.be.at.most(width);
          rows.forEach(([, number], index) => {
            expect(lines[index + 1]).to.include(number);
          });
        }),
      );
    });
  }

  it('cuts the wider column first, with an ellipsis', () => {
    const lines = renderTable(COLUMNS, [['short', '1', 'long '.repeat(20)]], 40);
    expect(lines[1]).to.match(/^short {2} {7}1 {2}long.*…$/);
    expect(stringWidth(lines[1]!)).to.be.at.most(40);
  });
});

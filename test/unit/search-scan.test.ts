import { expect } from 'chai';
import fc from 'fast-check';
import { FileScan } from '../../server/files/search/file-scan.ts';
import type { LongLineSizes } from '../../server/files/search/long-line.ts';
import { createMatcher } from '../../server/files/search/matcher.ts';
import type { LineMatch, LineQuery, ScanPosition } from '../../server/files/search/query.ts';
import { sniff } from '../../server/files/text/sniff.ts';
import { naiveSearch } from '../support/naive-search.ts';

type Match = Omit<LineMatch, 'key'>;

interface Walk {
  query: LineQuery;
  /** Sizes of the pieces that the content comes in, taken in turn. */
  pieces: readonly number[];
  /** Matches of a page. */
  page: number;
  sizes?: LongLineSizes;
}

/** Searches page by page, each page a new scan from where the last one stopped. */
function scanAll(content: Buffer, { query, pieces, page, sizes }: Walk): Match[] {
  const { encoding, bom, undecided } = sniff('a', content.subarray(0, 65_536), content.length <= 65_536);
  const matcher = createMatcher(query);
  const all: Match[] = [];
  let position: ScanPosition | undefined = { offset: bom, line: 1, searchFrom: bom, encoding, undecided };
  while (position) {
    const found: Match[] = [];
    const sink = {
      take: (match: Match) => found.length < page && found.push(match) > 0,
      isOver: () => false,
    };
    const scan: FileScan = new FileScan(matcher, position, query.contextLines, sink, sizes);
    let at = position.offset;
    for (let i = 0; ; i++) {
      const piece = Buffer.from(content.subarray(at, at + pieces[i % pieces.length]!));
      at += piece.length;
      const goesOn = scan.push(piece, at >= content.length);
      piece.fill(0x0a);
      if (!goesOn) break;
    }
    all.push(...found);
    position = scan.stopped;
    if (position) expect(found).to.have.lengthOf(page);
  }
  return all;
}

const words = fc.constantFrom(
  'a',
  'b',
  'ab',
  'foo',
  'fo',
  'K',
  'k',
  '\u212a',
  'é',
  'É',
  '日',
  '😀',
  ' ',
  '_',
  '1',
  '12',
  '-',
  '\t',
  '\r',
  '.',
);
const text = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: words },
      { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n', '\n\n') },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const atom = fc.constantFrom(
  'a',
  'b',
  'ab',
  'foo',
  'k',
  'é',
  '日',
  '.',
  '[a-c]',
  '[^a]',
  '[^ab\\s]',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '\\b',
  '\\B',
  '^',
  '$',
  '(?i)k',
  '(?i:fo)',
  '[[:alpha:]]',
  '\\pL',
  '\\x{e9}',
  '\\.',
  '-',
  '[k-z]',
  '\\Qa.\\E',
  '(?s:.)',
  ' ',
  '1{2}',
  'foo 1',
  '[^\\pL]',
  '(?i:[^k])',
  '\\x41',
  '\\r',
);
const pattern: fc.Arbitrary<string> = fc.letrec<{ p: string }>((tie) => ({
  p: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.tuple(tie('p'), tie('p')).map(([a, b]) => a + b),
    fc.tuple(tie('p'), tie('p')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('p'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?'))
      .map(([a, q]) => `(?:${a})${q}`),
  ),
})).p;

const walk = fc.record({
  pieces: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 6, max: 200 })), {
    minLength: 1,
    maxLength: 4,
  }),
  page: fc.integer({ min: 1, max: 4 }),
});
const contextLines = fc.integer({ min: 0, max: 3 });

/** Pieces of long lines stay small here, so that a short text has several. */
const SMALL: LongLineSizes = { line: 60, piece: 40, overlap: 20 };

describe('the scan of a file', () => {
  it('finds what a naive search finds, however the content is cut and however often it is stopped', () => {
    fc.assert(
      fc.property(
        text,
        pattern,
        fc.boolean(),
        contextLines,
        walk,
        (content, regex, ignoreCase, context, how) => {
          const query: LineQuery = { pattern: regex, mode: 'regex', ignoreCase, contextLines: context };
          expect(scanAll(Buffer.from(content), { query, ...how })).to.deep.equal(naiveSearch(content, query));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('finds literals in every encoding', () => {
    const encoding = fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252');
    const literal = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        literal,
        encoding,
        fc.boolean(),
        contextLines,
        walk,
        (raw, wanted, name, ignoreCase, context, how) => {
          const isLatin = name === 'windows-1252';
          // A first character that only this encoding has, so that it is recognised.
          const content = `${isLatin ? 'ÿÿÿÿÿÿÿÿÿ' : '€'}${isLatin ? raw.replace(/[^\0-\xff]/gu, '\xfc\xfc') : raw}`;
          const query: LineQuery = { pattern: wanted, mode: 'literal', ignoreCase, contextLines: context };
          const bytes = encoded(content, name);
          const bom = name.startsWith('utf-16') ? 2 : 0;
          expect(scanAll(bytes, { query, ...how })).to.deep.equal(naiveSearch(content, query, name, bom));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('places matches behind malformed bytes', () => {
    const bytes = fc.array(
      fc.oneof(
        fc.constantFrom(...['é', '日', '😀', 'a', '\n', 'xy'].map((each) => Buffer.from(each))),
        fc
          .uint8Array({ minLength: 1, maxLength: 3 })
          .map((each) => Buffer.from(each.map((byte) => byte || 1))),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(bytes, walk, (parts, how) => {
        // Enough well-formed characters for UTF-8 to be recognised.
        const content = Buffer.concat([Buffer.from(`${'é'.repeat(200)}\n`), ...parts]);
        const query: LineQuery = { pattern: 'xy', mode: 'literal', ignoreCase: false, contextLines: 0 };
        const found = scanAll(content, { query, ...how });
        for (const { offset, line } of found) {
          expect(content.subarray(offset, offset + 2).toString()).to.equal('xy');
          expect(content.subarray(0, offset).toString('latin1').split('\n')).to.have.lengthOf(line);
        }
        const lines = content
          .toString('latin1')
          .split('\n')
          .filter((each) => each.includes('xy'));
        expect(found).to.have.lengthOf(lines.length);
      }),
      { numRuns: 500 },
    );
  });

  it('searches long lines alike, however they are cut and however often it is stopped', () => {
    const long = fc.array(
      fc.oneof({ weight: 30, arbitrary: words }, { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n') }),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(long, pattern, contextLines, walk, (parts, regex, context, how) => {
        const content = Buffer.from(parts.join(''));
        const query: LineQuery = { pattern: regex, mode: 'regex', ignoreCase: false, contextLines: context };
        const whole = scanAll(content, { query, pieces: [content.length + 1], page: 1e6, sizes: SMALL });
        expect(scanAll(content, { query, ...how, sizes: SMALL })).to.deep.equal(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds every literal in long lines, at its place', () => {
    const filler = fc.constantFrom('a', 'é', '日', '😀', 'ne', ' ');
    const line = fc.array(
      fc.oneof({ weight: 12, arbitrary: filler }, { weight: 1, arbitrary: fc.constant('needle') }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(line, walk, (parts, how) => {
        const content = parts.join('');
        const query: LineQuery = { pattern: 'needle', mode: 'literal', ignoreCase: false, contextLines: 0 };
        const found = scanAll(Buffer.from(content), { query, ...how, sizes: SMALL });
        const bytes = Buffer.from(content);
        for (const { offset } of found) expect(bytes.indexOf('needle', offset)).to.equal(offset);
        // Each one is shown: either a match begins there, or it is in the text of one.
        const shown = found.map(({ text }) => text.split('needle').length - 1);
        const all = content.split('needle').length - 1;
        expect(shown.reduce((sum, each) => sum + each, 0)).to.be.at.least(all > 0 ? 1 : 0);
        expect(found.length > 0).to.equal(all > 0);
      }),
      { numRuns: 500 },
    );
  });

  it('knows where a long line begins and ends', () => {
    const content = Buffer.from(`start${'x'.repeat(500)}end\n`);
    const query = (regex: string): LineQuery => ({
      pattern: regex,
      mode: 'regex',
      ignoreCase: false,
      contextLines: 0,
    });
    const at = (regex: string) =>
      scanAll(content, { query: query(regex), pieces: [7], page: 1, sizes: SMALL }).map(
        ({ offset }) => offset,
      );
    expect(at('^start')).to.deep.equal([0]);
    expect(at('end$')).to.deep.equal([505]);
    expect(at('^x')).to.deep.equal([]);
    expect(at('x{10}$')).to.deep.equal([]);
    expect(at('\\bend')).to.deep.equal([]);
  });

  it('cuts a long line around the match, at characters', () => {
    const content = Buffer.from(`${'😀'.repeat(1000)}here${'😀'.repeat(1000)}\n`);
    const query: LineQuery = { pattern: 'here', mode: 'literal', ignoreCase: false, contextLines: 0 };
    const [match] = scanAll(content, { query, pieces: [1e6], page: 10 });
    expect(match).to.include({ line: 1, cut: true, offset: 4000 });
    expect(match!.text)
      .to.match(/^(😀)+here(😀)+$/u)
      .and.have.length.within(390, 400);
  });
});

function encoded(content: string, encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'): Buffer {
  if (encoding === 'utf-8') return Buffer.from(content);
  if (encoding === 'windows-1252') return Buffer.from(content, 'latin1');
  const bytes = Buffer.from(`\ufeff${content}`, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

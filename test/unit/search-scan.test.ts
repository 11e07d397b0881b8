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
      { numRuns: 3000 },
    );
  });
});

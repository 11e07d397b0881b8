import { expect } from 'chai';
import { filterPattern } from '../../src/targets/aws/log-pattern.ts';
import { logFilter } from '../../src/targets/log-filter.ts';
import type { LogQuery } from '../../src/targets/log-line.ts';
import { parseLogLine } from '../../src/targets/log-line-parser.ts';

const pattern = (query: Partial<LogQuery>) => filterPattern({ since: 0, follow: false, ...query });
const ID = 'da90d382-427b-4b32-9567-1dd405831526';

/** What CloudWatch Logs does with a pattern that is one regular expression: "%AUTHORIZED%" finds UNAUTHORIZED. */
function passes(given: string, text: string): boolean {
  const [, source] = /^%(.*)%$/.exec(given) ?? [];
  expect(source, given).to.match(/^[\w#=@/;,:.^$?[\]{}|\\*+-]+$/, 'only signs that the service takes');
  return new RegExp(source!).test(text);
}

describe('filter patterns for CloudWatch Logs', () => {
  it('asks for a request by its id, whole or shortened', () => {
    expect(pattern({ requestId: 'req_1' })).to.equal('{ $.request_id = "req_1" }');
    expect(pattern({ requestId: ID })).to.equal(`{ $.request_id = "${ID}*" }`);
    expect(pattern({ requestId: 'da90d382' })).to.equal('{ $.request_id = "da90d382*" }');
  });

  it('says nothing where it could say something wrong', () => {
    for (const query of [
      {},
      { requestId: 'a" || 1' },
      { requestId: 'a*' },
      { filter: 'ä ö' },
      { filter: '" :' },
      { filter: 'ab' },
      { level: 'info' as const },
      { level: 'debug' as const },
    ]) {
      expect(pattern(query), JSON.stringify(query)).to.equal(undefined);
    }
  });

  it('takes of a text what no way of writing changes', () => {
    expect(pattern({ filter: 'POST /summarize 404' })).to.equal('%/summarize|^[^\\{]%');
    expect(pattern({ filter: 'file "notes.txt"' })).to.equal('%notes|^[^\\{]%');
  });

  const request = { level: 'info', time: '2026-11-24T10:00:00.000Z', msg: 'request', request_id: ID };
  const LINES = [
    JSON.stringify({
      ...request,
      method: 'POST',
      route: '/summarize',
      status: 404,
      file_key: 'größe "1".txt',
    }),
    JSON.stringify({
      ...request,
      level: 'error',
      msg: 'storage failed',
      err: { stack: 'Error: x\n    at y' },
    }),
    JSON.stringify({ ...request, level: 'fatal', msg: 'out of memory' }),
    JSON.stringify({ ...request, level: 'warn', tags: { a: ['b-c', 1.5] } }),
    '    at run (/app/main.mjs:3:9)',
    'TypeError: boom',
    '',
  ];
  const QUERIES: Partial<LogQuery>[] = [
    { level: 'warn' },
    { level: 'error' },
    ...['POST /summarize 404', '/summarize', 'größe "1".txt', 'storage failed', 'b-c', 'run', 'boom', ID].map(
      (filter) => ({ filter }),
    ),
  ];
  for (const query of QUERIES) {
    it(`lets pass whatever is asked for by ${JSON.stringify(query)}`, () => {
      const asksFor = logFilter({ since: 0, follow: false, ...query });
      const wanted = LINES.filter((text) => asksFor(parseLogLine(text, 1), text));
      expect(wanted).not.to.be.empty;
      for (const text of wanted) expect(passes(pattern(query)!, text), text).to.equal(true);
    });
  }

  it('keeps back what is not asked for', () => {
    expect(LINES.filter((text) => passes(pattern({ level: 'error' })!, text))).to.deep.equal([
      ...LINES.slice(1, 3),
      ...LINES.slice(4, 6),
    ]);
    expect(LINES.filter((text) => passes(pattern({ filter: '/summarize' })!, text))).to.deep.equal([
      LINES[0],
      ...LINES.slice(4, 6),
    ]);
  });
});

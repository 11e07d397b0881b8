import { expect } from 'chai';
import { renderLogLine } from '../../src/render/log-line.ts';
import { logLineJson } from '../../src/render/log-line-json.ts';
import { createStyle } from '../../src/render/style.ts';
import type { LogLine } from '../../src/targets/log-line.ts';
import { parseLogLine } from '../../src/targets/log-line-parser.ts';
import { requestLogLine } from '../support/log-lines.ts';

const NOW = new Date(2026, 10, 24, 14, 5, 3).getTime();
const ID = 'da90d382-427b-4b32-9567-1dd405831526';
const plain = createStyle(false);
const show = (line: LogLine, width?: number) => renderLogLine(line, plain, width, NOW);

describe('a line of the log for a person', () => {
  it('says of a request what was asked and how it went', () => {
    const fields = {
      duration_ms: 1234,
      model_ms: 1100,
      file_key: 'notes/a b.txt',
      model: 'extractive-1',
      client: 'alice',
      bytes_out: 700,
    };
    expect(show(requestLogLine(NOW, fields))).to.equal(
      `14:05:03 INFO  POST /summarize 200 1.2 s (extractive-1 1.1 s) notes/a b.txt by alice ${ID}`,
    );
  });

  it('cuts the id to its beginning where the terminal is narrow', () => {
    expect(show(requestLogLine(NOW), 80)).to.match(/da90d382-427b-4b32-9567-1dd405831526$/);
    expect(show(requestLogLine(NOW), 60)).to.match(/ da90d382$/);
  });

  it('breaks at words where the terminal is narrow', () => {
    const shown = show(requestLogLine(NOW, { file_key: 'reports/november.txt' }), 40).split('\n');
    expect(shown).to.deep.equal([
      '14:05:03 INFO  POST /summarize 200 5',
      '    ms reports/november.txt da90d382',
    ]);
  });

  it('shows the date of another day', () => {
    expect(show(requestLogLine(NOW - 86_400_000))).to.match(/^11-23 14:05:03 /);
  });

  it('cannot be forged by a key', () => {
    const key = 'a\n14:05:04 INFO  POST /admin 200\x1b[2J\u202e';
    const shown = show(requestLogLine(NOW, { file_key: key, 'odd\nname': 'x\ny' }));
    expect(shown.split('\n')).to.have.lengthOf(1);
    expect(shown).to.include('a\\n14:05:04').and.to.include('\\x1b[2J').and.to.include('\\u{202e}');
  });

  it('shows the stacks of an error and of its cause whole', () => {
    const error = new Error('storage failed', { cause: new TypeError('bad \x1b[31m') });
    const err = {
      type: 'Error',
      message: error.message,
      stack: 'Error: storage failed\n    at one\n    at two',
      cause: { type: 'TypeError', message: 'bad \x1b[31m', stack: 'TypeError: bad \x1b[31m\n    at three' },
    };
    const line: LogLine = { time: NOW, level: 'error', message: 'storage failed', fields: { err } };
    expect(show(line).split('\n')).to.deep.equal([
      '14:05:03 ERROR storage failed',
      '        at one',
      '        at two',
      '    caused by TypeError: bad \\x1b[31m',
      '        at three',
    ]);
  });

  it('shows a crash whole, under its first line', () => {
    const line = parseLogLine('TypeError: boom\n    at run (a.js:1)\n\x1b[2J14:05:04 INFO  forged', NOW);
    expect(show(line).split('\n')).to.deep.equal([
      '14:05:03 ERROR TypeError: boom',
      '        at run (a.js:1)',
      '    \\x1b[2J14:05:04 INFO  forged',
    ]);
    expect(JSON.parse(logLineJson(line)).message).to.equal(
      'TypeError: boom\n    at run (a.js:1)\n\x1b[2J14:05:04 INFO  forged',
    );
  });

  it('takes text for an error only where it tells of a crash', () => {
    const levelOf = (text: string) => parseLogLine(text).level;
    for (const text of [
      '    at run (a.js:1)',
      'Uncaught Error: x',
      'RangeError [X]: y',
      'FATAL ERROR: heap',
    ]) {
      expect(levelOf(text), text).to.equal('error');
    }
    for (const text of ['mcp-s3 0.1.0 listens on http://x', 'an Error: y', 'at noon', '{"level":"info"']) {
      expect(levelOf(text), text).to.equal('info');
    }
  });

  it('folds the fields of other lines', () => {
    const line: LogLine = { time: NOW, level: 'warn', message: 'retry', fields: { n: 2, of: { a: 1 } } };
    expect(show(line)).to.equal('14:05:03 WARN  retry n=2 of={"a":1}');
  });

  it('is exact as JSON', () => {
    const line = requestLogLine(NOW, { file_key: 'a\n\x1b' });
    expect(JSON.parse(logLineJson(line))).to.deep.equal({
      time: new Date(NOW).toISOString(),
      level: 'info',
      message: 'request',
      request_id: ID,
      fields: line.fields,
    });
    expect(logLineJson(line)).not.to.include('\n');
  });
});

import { expect } from 'chai';
import { createLogger } from '../../server/telemetry/logger.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLogger({ now: () => 0, level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  );
  return lines.map((line) => JSON.parse(line));
}

describe('logger', () => {
  it('writes level by name, time in ISO 8601 and the message, and nothing of the machine', () => {
    expect(logged((logger) => logger.warn({ request_id: 'r' }, 'hello'))).to.deep.equal([
      { level: 'warn', time: '1970-01-01T00:00:00.000Z', request_id: 'r', msg: 'hello' },
    ]);
  });

  it('censors keys, also within what was passed in', () => {
    const [line] = logged((logger) =>
      logger.info(
        { api_key: 'k1', headers: { 'x-api-key': 'k2', authorization: 'k3', host: 'h' }, list: ['v'] },
        'x',
      ),
    );
    expect(JSON.stringify(line)).to.not.match(/k1|k2|k3/);
    expect(line).to.deep.include({ api_key: '[redacted]', list: ['v'] });
    expect(line).to.have.nested.property('headers.host', 'h');
  });

  it('explains errors with their causes', () => {
    const error = new TypeError('outer', { cause: new Error('inner') });
    const [line] = logged((logger) => logger.error({ err: error }, 'failed'));
    expect(line).to.have.nested.property('err.type', 'TypeError');
    expect(line).to.have.nested.property('err.message', 'outer');
    expect(line).to.have.nested.property('err.cause.message', 'inner');
    expect(line).to.have.nested.property('err.stack').that.includes('logger.test');
    expect(logged((logger) => logger.error({ err: 'text' }, 'failed'))[0]).to.have.nested.property(
      'err.message',
      'text',
    );
  });
});

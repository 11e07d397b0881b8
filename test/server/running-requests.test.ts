import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { expect } from 'chai';
import express, { type Response } from 'express';
import { requestContext } from '../../server/http/request-context.ts';
import { requestLog } from '../../server/http/request-log.ts';
import { RunningRequests } from '../../server/http/running-requests.ts';
import { createLogger } from '../../server/telemetry/logger.ts';

describe('a request that takes long', () => {
  it('is in the log before it ends, again and again, and no more after', async () => {
    const lines: Record<string, unknown>[] = [];
    let written = (): void => {};
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()));
        written();
        done();
      },
    });
    const until = async (wanted: (messages: unknown[]) => boolean) => {
      while (!wanted(lines.map(({ msg }) => msg))) await new Promise<void>((resolve) => (written = resolve));
    };
    const logger = createLogger({ destination });
    const now = () => performance.now();
    const held: Response[] = [];
    const app = express();
    app.use(requestContext(now), requestLog(logger, now, new Set(['/slow']), new RunningRequests(logger, 5)));
    app.get('/slow', (_request, response) => void held.push(response));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slow?key=secret`;
      const answer = fetch(url, { headers: { 'x-request-id': 'long-one' } });
      await until((messages) => messages.filter((msg) => msg === 'running').length >= 2);
      expect(lines[0]).to.include({ level: 'info', msg: 'running', request_id: 'long-one', route: '/slow' });
      expect(lines[0]!.running_ms).to.be.at.least(5);
      held[0]!.end('done');
      await (await answer).text();
      await until((messages) => messages.includes('request'));
      // Two more looks at what runs: the one that finds nothing is the last.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(lines.at(-1)).to.include({ msg: 'request', route: '/slow', status: 200 });
    } finally {
      server.close();
    }
  });
});

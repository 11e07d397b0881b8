import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Fault, PassedAnswer, Passing } from '../support/broken-service.ts';
import { failures, setUpVerifying, statuses } from '../support/verifying.ts';

const HTML = { headers: { 'content-type': 'text/html' }, body: '<h1>Sorry</h1>' };

/** The method of an MCP message, with the generation that it is of. */
const rpc = (generation: 2025 | 2026, method: string) => (request: Passing) =>
  request.path === '/mcp' &&
  (request.headers['mcp-method'] === undefined ? 2025 : 2026) === generation &&
  request.body.includes(`"method":"${method}"`);
const replacing =
  (from: string, to: string) =>
  ({ body }: PassedAnswer) => ({ body: body.replace(from, to) });

describe('verify, on a service that is broken', () => {
  const verifying = setUpVerifying();

  it('finds each answer that is not as promised, and goes on', async () => {
    let summaries = 0;
    const faults: [string, RegExp, Fault][] = [
      [
        'file range',
        /other bytes/,
        {
          when: ({ headers }) => headers.range !== undefined,
          answer: () => ({ body: 'is filezz'.slice(0, 8) }),
        },
      ],
      [
        'file lines',
        /x-from-line missing/,
        {
          when: ({ path }) => path.includes('from_line='),
          answer: ({ headers: { 'x-from-line': _, ...headers } }) => ({ headers }),
        },
      ],
      [
        'summarize again',
        /cached false/,
        {
          when: ({ path, body }) => path === '/summarize' && body.includes('verify') && ++summaries === 2,
          answer: replacing('"cached":true', '"cached":false'),
        },
      ],
      [
        'mcp 2025-11-25 tools',
        /without read_file/,
        { when: rpc(2025, 'tools/list'), answer: replacing('"read_file"', '"reads"') },
      ],
      [
        'mcp 2025-11-25 call',
        /another text: That/,
        { when: rpc(2025, 'tools/call'), answer: replacing('This file', 'That file') },
      ],
      [
        'mcp 2026-07-28 tools',
        /without list_files/,
        { when: rpc(2026, 'tools/list'), answer: replacing('"list_files"', '"lists"') },
      ],
      [
        'mcp 2026-07-28 call',
        /another text: That/,
        { when: rpc(2026, 'tools/call'), answer: replacing('This file', 'That file') },
      ],
      [
        'wrong key',
        /200.*with a wrong key/,
        {
          when: ({ headers }) => /^wrong-/.test(String(headers['x-api-key'])),
          answer: () => ({ status: 200, body: '{"status":"healthy"}' }),
        },
      ],
      [
        'missing file',
        /404 <h1>/,
        { when: ({ path }) => path.includes('verify-nothing'), answer: () => HTML },
      ],
      [
        'bad body',
        /^200/,
        { when: ({ body }) => body === '{"file_key":5}', answer: () => ({ status: 200 }) },
      ],
      ['well-known', /404 <h1>/, { when: ({ path }) => path.startsWith('/.well-known'), answer: () => HTML }],
      [
        'clean up',
        /200/,
        {
          when: ({ path, headers }) =>
            /^\/file\?key=mcp-s3-verify-\w+\.txt$/.test(path) && headers.range === undefined,
          answer: () => ({ status: 200 }),
        },
      ],
    ];
    verifying.service.break(...faults.map(([, , fault]) => fault));
    const report = await verifying.walk();
    expect(report).to.include({ code: 1, passed: false });
    const found = failures(report);
    expect(Object.keys(found)).to.have.members(faults.map(([name]) => name));
    for (const [name, seen] of faults) expect(found[name], name).to.match(seen);
    for (const { name, status, remedy, blames_service } of report.checks) {
      expect(remedy !== undefined).to.equal(status === 'failed');
      const around = ['wrong key', 'bad body', 'clean up'].includes(name);
      expect(blames_service, name).to.equal(status === 'failed' ? !around : undefined);
    }
  });

  it('does not reach what needs a check that failed', async () => {
    verifying.service.break(
      {
        when: ({ path }) => path.startsWith('/files'),
        answer: ({ body }) => ({ body: body.replace(/"size":\d+/, '"size":1') }),
      },
      { when: rpc(2025, 'initialize'), answer: replacing('"name":"mcp-s3"', '"name":"other"') },
      { when: rpc(2026, 'server/discover'), answer: replacing('"2026-07-28"', '"2027-01-01"') },
      {
        when: ({ headers }) => headers['x-api-key'] === undefined,
        answer: () => ({ status: 200, body: '{"status":"healthy"}' }),
      },
    );
    const report = await verifying.walk();
    expect(report.code).to.equal(1);
    const found = failures(report);
    expect(found).to.have.all.keys('files', 'mcp 2025-11-25 connect', 'mcp 2026-07-28 discover', 'wrong key');
    expect(found.files).to.match(/size is 1 bytes/);
    expect(found['wrong key']).to.match(/without a key/);
    expect(statuses(report, 'not_reached')).to.deep.equal([
      'file range',
      'file lines',
      'summarize',
      'summarize again',
      'mcp 2025-11-25 tools',
      'mcp 2025-11-25 call',
      'mcp 2026-07-28 tools',
      'mcp 2026-07-28 call',
    ]);
    expect(await readdir(join(verifying.home.cwd, 'notes'))).to.have.members(['a.png', 'ferry.md']);
  });

  it('finds a service without summaries, without MCP and without limits', async () => {
    verifying.service.break(
      {
        when: ({ path }) => path === '/summarize',
        answer: ({ status }) => (status === 200 ? { status: 502, ...HTML } : {}),
      },
      { when: ({ path }) => path === '/mcp', answer: () => ({ status: 200, ...HTML }) },
      {
        when: ({ path }) => path === '/health',
        answer: ({ status }) => (status === 429 ? { status: 200, body: '{"status":"healthy"}' } : {}),
      },
    );
    const report = await verifying.walk('--throttle');
    const found = failures(report);
    expect(found).to.have.all.keys(
      'summarize',
      'mcp 2025-11-25 connect',
      'mcp 2026-07-28 discover',
      'throttle',
    );
    expect(found.summarize).to.match(/502 <h1>Sorry/);
    expect(found.throttle).to.equal('200 requests, none refused');
    expect(report.checks.find(({ name }) => name === 'summarize')!.remedy).to.match(/mcp-s3 logs/);
  });

  it('does not blame the service for what the limits keep from it', async () => {
    verifying.service.break({
      when: rpc(2025, 'initialize'),
      answer: () => ({ status: 429, body: '{"message":"Limit Exceeded"}' }),
    });
    const { checks } = await verifying.walk();
    expect(checks.find(({ name }) => name === 'mcp 2025-11-25 connect')).to.include({
      status: 'failed',
      blames_service: false,
    });
  });

  it('stops at the door where health is not as it should be', async () => {
    verifying.service.break({
      when: ({ path }) => path === '/health',
      answer: () => ({ status: 503, body: '{"status":"draining"}' }),
    });
    const report = await verifying.walk();
    expect(report.code).to.equal(1);
    expect(failures(report)).to.deep.equal({ health: '503 {"status":"draining"}' });
    expect(report.counts).to.include({ ok: 0, failed: 1, not_reached: 16 });
    expect(verifying.service.requests.at(-1)!.path).to.equal('/health');
  });
});

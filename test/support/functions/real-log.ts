import { closeApps, logLine, startApp } from '../app.ts';
import { gatedSummarizer } from '../gated-summarizer.ts';

const TEXT = 'The harbour was closed on Monday. It opens again on Thursday at noon.\n';

/** Lines that the real server writes in every way that a metric looks at. Ends every app of the test. */
export async function realLog(): Promise<string[]> {
  const model = gatedSummarizer();
  const gated = {
    ...model,
    summarize: (request: Parameters<typeof model.summarize>[0]) => {
      if (request.focus === 'break') throw new Error('the model is gone');
      return model.summarize(request);
    },
  };
  const app = await startApp({ files: { 'a.txt': TEXT, 'b.txt': TEXT }, summarizers: [gated] });
  try {
    for (const route of ['/health', '/files', '/file?key=a.txt', '/file?key=gone', '/nowhere']) {
      await (await app.fetch(route)).text();
    }
    await (await app.summarize({ file_key: 'a.txt', focus: 'break' })).text();
    // A client that leaves before the end.
    const leaving = new AbortController();
    const left = app.fetch('/summarize', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"file_key":"b.txt"}',
      signal: leaving.signal,
    });
    await model.called(1);
    leaving.abort();
    await left.catch(() => {});
    await logLine(app, ({ status }) => status === 499);
    model.open();
    for (let time = 0; time < 2; time++) await (await app.summarize({ file_key: 'a.txt' })).text();
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'list_files', arguments: {} },
    };
    await (
      await app.fetch('/mcp', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-11-25',
        },
        body: JSON.stringify(call),
      })
    ).text();
    await logLine(app, ({ route }) => route === '/mcp');
    const lines = app.logText().split('\n').filter(Boolean);
    // Told to stop, it answers health checks with 503: the same line with another status.
    const health = lines.find((line) => line.includes('"route":"/health"'))!;
    return [...lines, JSON.stringify({ ...JSON.parse(health), level: 'error', status: 503 })];
  } finally {
    await closeApps();
  }
}

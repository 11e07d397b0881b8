import { expect } from 'chai';
import type { TestAppOptions } from '../support/app.ts';
import { TEST_KEY } from '../support/app.ts';
import type { Fault } from '../support/functions/front.ts';
import { created, TEXT, UploadStage } from '../support/functions/upload-stage.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';

describe('upload function', () => {
  let stage: UploadStage;

  beforeEach(async () => {
    stage = await UploadStage.start();
  });
  afterEach(() => stage.close());

  it('leaves a cached summary of each new file, so that the first caller need not wait', async () => {
    await stage.arrange({ files: { 'a.txt': TEXT, 'b.txt': TEXT } });
    expect(await stage.run([created('a.txt'), created('b.txt')])).to.deep.equal([]);
    for (const file_key of ['a.txt', 'b.txt']) {
      expect(await (await stage.app.summarize({ file_key })).json()).to.include({ file_key, cached: true });
    }
    expect(stage.upload.lines().filter(({ msg }) => msg === 'summarized')).to.have.length(2);
  });

  it('asks with its own key, which stands in no log line', async () => {
    await stage.arrange({ files: { 'a.txt': TEXT } });
    await stage.run([created('a.txt')]);
    const request = stage.app.logLines().find(({ msg }) => msg === 'request');
    expect(request).to.include({ client: 'default', route: '/summarize', status: 200 });
    expect(stage.upload.logText()).not.to.include(TEST_KEY);
  });

  it('reads its key once, however many batches come', async () => {
    await stage.arrange({ files: { 'a.txt': TEXT } });
    for (let round = 0; round < 3; round++) await stage.run([created('a.txt')]);
    expect(stage.account.callsOf('GetSecretValue')).to.have.length(1);
  });

  it('understands an answer that comes byte by byte', async () => {
    await stage.arrange({ files: { 'a.txt': `Größe: ${TEXT}` } }, () => 'bytes');
    expect(await stage.run([created('a.txt')])).to.deep.equal([]);
    expect(stage.upload.lines().at(-1)).to.include({ msg: 'summarized', coverage: 1 });
  });

  it('asks once for a file that was written twice', async () => {
    await stage.arrange({ files: { 'a.txt': TEXT } });
    await stage.run([created('a.txt'), created('a.txt')]);
    expect(stage.front.requests).to.deep.equal(['POST /summarize']);
  });

  it('gives both messages back when a file that was written twice fails', async () => {
    await stage.arrange({}, () => ({ status: 500, body: '{}' }));
    expect(await stage.run([created('a.txt'), created('a.txt')])).to.deep.equal(['message-0', 'message-1']);
  });

  for (const key of ['a b+c.txt', 'ü%20ber/ñ 日本.txt', '100%.txt', 'a%2Fb.txt', '../climb.txt', '😀.txt']) {
    it(`takes the key ${JSON.stringify(key)} as it stands`, async () => {
      await stage.arrange();
      await stage.app.store.put(key, Buffer.from(TEXT));
      expect(await stage.run([created(key)])).to.deep.equal([]);
      expect(await (await stage.app.summarize({ file_key: key })).json()).to.include({ cached: true });
    });
  }

  for (const [what, body] of Object.entries({
    'a summary of our own': created('.mcp-s3/summaries/x.json'),
    'a folder': created('docs/', 0),
    'a message that is no event': '{"hello":1}',
    'a message that is no JSON': 'hello',
    'an event without a key': JSON.stringify({ detail: { object: {} } }),
  })) {
    it(`skips ${what} and wakes nobody for it`, async () => {
      await stage.arrange();
      expect(await stage.run([body])).to.deep.equal([]);
      expect(stage.front.requests).to.deep.equal([]);
      expect(stage.account.calls).to.deep.equal([]);
      expect(stage.said).to.deep.equal(['skipped']);
    });
  }

  it('skips what lies outside of what the service serves, by the same rule', async () => {
    const keys = ['docs', 'docs/a.txt', 'docs-evil/a.txt', 'reports', 'reports/b.txt', 'a.txt'];
    await stage.arrange({ prefixes: ['docs', 'reports/'] });
    await stage.run(keys.map((key) => created(key)));
    const asked = stage.upload.lines().filter(({ msg }) => msg === 'not summarized');
    expect(asked.map(({ file_key }) => file_key)).to.have.members(['docs', 'docs/a.txt', 'reports/b.txt']);
    expect(stage.said.filter((msg) => msg === 'skipped')).to.have.length(3);
  });

  describe('what will never succeed', () => {
    const final: Record<string, TestAppOptions> = {
      'a file that is gone': {},
      'a file that is no text': { files: { 'a.txt': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) } },
      'a file that is too large': { files: { 'a.txt': TEXT }, maxBytes: 10 },
    };
    for (const [what, options] of Object.entries(final)) {
      it(`acknowledges ${what}, and says why`, async () => {
        await stage.arrange(options);
        expect(await stage.run([created('a.txt')])).to.deep.equal([]);
        expect(stage.upload.lines().at(-1)).to.include({ msg: 'not summarized', file_key: 'a.txt' });
        expect(stage.upload.lines().at(-1)!.why).to.match(/^(404|413|415) /);
      });
    }

    it('acknowledges what the stream says in the end, too', async () => {
      const error = { code: 'not_text', message: 'this is an image' };
      const body = `: still working\n\nevent: error\ndata: ${JSON.stringify({ error })}\n\n`;
      await stage.arrange({}, () => ({ status: 200, type: 'text/event-stream', body }));
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.upload.lines().at(-1)).to.include({ why: 'not_text: this is an image' });
    });

    it("acknowledges what is over the day's limit", async () => {
      await stage.arrange({ files: { 'a.txt': TEXT }, gateway: { usage: { take: () => false } } });
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.upload.lines().at(-1)).to.include({ level: 'warn', why: '429 Limit Exceeded' });
    });
  });

  describe('what may succeed later', () => {
    it('goes back to the queue alone, the rest of the batch is done', async () => {
      await stage.arrange({ files: { 'a.txt': TEXT, 'b.txt': TEXT } }, (nth) =>
        nth === 1 ? { status: 500, body: '{"error":{"code":"internal","message":"no"}}' } : undefined,
      );
      const back = await stage.run([created('a.txt'), created('b.txt')]);
      expect(back).to.have.length(1);
      expect(stage.said.sort()).to.deep.equal(['summarized', 'to be tried again']);
    });

    const faults: Record<string, Fault> = {
      'a 500': { status: 500, body: '{"error":{"code":"internal","message":"no"}}' },
      'a 502 of the load balancer': { status: 502, type: 'text/html', body: '<html>' },
      'a 503 of a task that is told to stop': {
        status: 503,
        body: '{"error":{"code":"draining","message":"stopping"}}',
      },
      'a 504 of API Gateway': { status: 504, body: '{"message":"Endpoint request timed out"}' },
      'a 429 over the rate': { status: 429, body: '{"message":"Too Many Requests"}' },
      'a connection that is cut': 'reset',
      'a stream that breaks off': 'cut',
    };
    for (const [what, fault] of Object.entries(faults)) {
      it(`goes back to the queue: ${what}`, async () => {
        await stage.arrange({ files: { 'a.txt': TEXT } }, () => fault);
        expect(await stage.run([created('a.txt')])).to.deep.equal(['message-0']);
        expect(stage.pauses).to.deep.equal([30]);
        expect(stage.upload.lines().at(-1)).to.include({
          level: 'warn',
          msg: 'to be tried again',
          in_seconds: 30,
        });
      });
    }

    it('goes back before the time of the function is up: a stream that goes silent', async () => {
      await stage.arrange({ files: { 'a.txt': TEXT } }, () => 'stall');
      expect(await stage.run([created('a.txt')], { seconds: 10.3 })).to.deep.equal(['message-0']);
      expect(stage.upload.lines().at(-1)!.why).to.equal('no answer within the time of this function');
    });

    it('goes back when the model fails within the stream', async () => {
      const model = gatedSummarizer();
      const failing = {
        ...model,
        async summarize(request: Parameters<typeof model.summarize>[0]): Promise<never> {
          request.onDelta?.('Half a ');
          throw new Error('the model is gone');
        },
      };
      await stage.arrange({ files: { 'a.txt': TEXT }, summarizers: [failing] });
      expect(await stage.run([created('a.txt')])).to.deep.equal(['message-0']);
      expect(stage.upload.lines().at(-1)!.why).to.match(/^(internal|model_failed): /);
    });

    it('waits longer with each try, and at least as long as the service asks for', async () => {
      await stage.arrange({}, (nth) => ({
        status: 429,
        body: '{"error":{"code":"model_throttled","message":"busy"}}',
        headers: { 'retry-after': nth === 5 ? '100' : '1' },
      }));
      for (const receives of [1, 2, 4, 8, 1]) await stage.run([created('a.txt')], { receives });
      expect(stage.pauses).to.deep.equal([30, 60, 240, 900, 100]);
    });

    it('goes back also when the queue does not take the pause', async () => {
      stage.account.refusals.set('ChangeMessageVisibility', {
        status: 403,
        type: 'AccessDenied',
        message: 'no',
      });
      await stage.arrange({}, () => ({ status: 500, body: '{}' }));
      expect(await stage.run([created('a.txt')])).to.deep.equal(['message-0']);
    });
  });
});

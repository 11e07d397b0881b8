import { expect } from 'chai';
import { closeApps, startApp, TEST_KEY, type TestApp, type TestAppOptions } from '../support/app.ts';
import { AwsAccount } from '../support/functions/aws-account.ts';
import { BALANCER_503, type Fault, type Front, startFront } from '../support/functions/front.ts';
import { loadKeeper, putToSleep } from '../support/functions/keeper.ts';
import { type LoadedFunction, loadFunction } from '../support/functions/load-function.ts';
import { gatedSummarizer } from '../support/gated-summarizer.ts';

interface Answer {
  batchItemFailures: { itemIdentifier: string }[];
}

const TEXT = 'The harbour was closed on Monday. It opens again on Thursday at noon.\n';

/** An event as EventBridge puts it into the queue. */
function created(key: string, size = 42): string {
  return JSON.stringify({
    version: '0',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: {
      version: '0',
      bucket: { name: 'bucket' },
      object: { key, size, etag: 'x' },
      reason: 'PutObject',
    },
  });
}

function batch(bodies: string[], receives = 1) {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `handle-${index}`,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
    })),
  };
}

describe('upload function', () => {
  let account: AwsAccount;
  let app: TestApp;
  let front: Front | undefined;
  let upload: LoadedFunction<unknown, Answer>;

  /** The function before the real server, with whatever goes wrong between them. */
  async function arrange(
    options: TestAppOptions = {},
    fault: (nth: number) => Fault | undefined = () => undefined,
  ): Promise<void> {
    app = await startApp({ limits: {}, ...options });
    front = await startFront(app.url, fault);
    upload = await loadFunction('upload', {
      ENDPOINT: front.url,
      API_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:upload',
      KEEPER_FUNCTION: 'mcp-dev-keeper',
      QUEUE_URL: `${account.url}/000000000000/upload`,
      PREFIXES: options.prefixes?.join(', ') ?? '',
    });
  }

  /** @param seconds that Lambda leaves the function */
  const run = (bodies: string[], { receives = 1, seconds = 900 } = {}) =>
    upload.handler(batch(bodies, receives), { getRemainingTimeInMillis: () => seconds * 1000 });

  const failed = ({ batchItemFailures }: Answer) => batchItemFailures.map((item) => item.itemIdentifier);
  const visibility = () => account.callsOf('ChangeMessageVisibility').map((call) => call.VisibilityTimeout);
  const said = () => upload.lines().map(({ msg }) => msg);

  beforeEach(async () => {
    account = await AwsAccount.start();
    account.secret = TEST_KEY;
    const keeper = await loadKeeper();
    account.functions.set('mcp-dev-keeper', (event) => keeper.handler(event));
  });
  afterEach(async () => {
    await front?.close();
    await closeApps();
    await account.close();
  });

  it('leaves a cached summary of each new file, so that the first caller need not wait', async () => {
    await arrange({ files: { 'a.txt': TEXT, 'b.txt': TEXT } });
    expect(failed(await run([created('a.txt'), created('b.txt')]))).to.deep.equal([]);
    for (const file_key of ['a.txt', 'b.txt']) {
      expect(await (await app.summarize({ file_key })).json()).to.include({ file_key, cached: true });
    }
    expect(upload.lines().filter(({ msg }) => msg === 'summarized')).to.have.length(2);
  });

  it('asks with its own key, which stands in no log line', async () => {
    await arrange({ files: { 'a.txt': TEXT } });
    await run([created('a.txt')]);
    const request = app.logLines().find(({ msg }) => msg === 'request');
    expect(request).to.include({ client: 'default', route: '/summarize', status: 200 });
    expect(upload.logText()).not.to.include(TEST_KEY);
  });

  it('reads its key once, however many batches come', async () => {
    await arrange({ files: { 'a.txt': TEXT } });
    for (let round = 0; round < 3; round++) await run([created('a.txt')]);
    expect(account.callsOf('GetSecretValue')).to.have.length(1);
  });

  it('understands an answer that comes byte by byte', async () => {
    await arrange({ files: { 'a.txt': `Größe: ${TEXT}` } }, () => 'bytes');
    expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
    expect(upload.lines().at(-1)).to.include({ msg: 'summarized', coverage: 1 });
  });

  it('asks once for a file that was written twice', async () => {
    await arrange({ files: { 'a.txt': TEXT } });
    await run([created('a.txt'), created('a.txt')]);
    expect(front!.requests).to.deep.equal(['POST /summarize']);
  });

  it('gives both messages back when a file that was written twice fails', async () => {
    await arrange({}, () => ({ status: 500, body: '{}' }));
    expect(failed(await run([created('a.txt'), created('a.txt')]))).to.deep.equal(['message-0', 'message-1']);
  });

  for (const key of ['a b+c.txt', 'ü%20ber/ñ 日本.txt', '100%.txt', 'a%2Fb.txt', '../climb.txt', '😀.txt']) {
    it(`takes the key ${JSON.stringify(key)} as it stands`, async () => {
      await arrange();
      await app.store.put(key, Buffer.from(TEXT));
      expect(failed(await run([created(key)]))).to.deep.equal([]);
      expect(await (await app.summarize({ file_key: key })).json()).to.include({ cached: true });
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
      await arrange();
      expect(failed(await run([body]))).to.deep.equal([]);
      expect(front!.requests).to.deep.equal([]);
      expect(account.calls).to.deep.equal([]);
      expect(said()).to.deep.equal(['skipped']);
    });
  }

  it('skips what lies outside of what the service serves, by the same rule', async () => {
    const keys = ['docs', 'docs/a.txt', 'docs-evil/a.txt', 'reports', 'reports/b.txt', 'a.txt'];
    await arrange({ prefixes: ['docs', 'reports/'] });
    await run(keys.map((key) => created(key)));
    const asked = upload.lines().filter(({ msg }) => msg === 'not summarized');
    expect(asked.map(({ file_key }) => file_key)).to.have.members(['docs', 'docs/a.txt', 'reports/b.txt']);
    expect(said().filter((msg) => msg === 'skipped')).to.have.length(3);
  });

  describe('what will never succeed', () => {
    const final: Record<string, TestAppOptions> = {
      'a file that is gone': {},
      'a file that is no text': { files: { 'a.txt': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) } },
      'a file that is too large': { files: { 'a.txt': TEXT }, maxBytes: 10 },
    };
    for (const [what, options] of Object.entries(final)) {
      it(`acknowledges ${what}, and says why`, async () => {
        await arrange(options);
        expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
        expect(upload.lines().at(-1)).to.include({ msg: 'not summarized', file_key: 'a.txt' });
        expect(upload.lines().at(-1)!.why).to.match(/^(404|413|415) /);
      });
    }

    it('acknowledges what the stream says in the end, too', async () => {
      const error = { code: 'not_text', message: 'this is an image' };
      const body = `: still working\n\nevent: error\ndata: ${JSON.stringify({ error })}\n\n`;
      await arrange({}, () => ({ status: 200, type: 'text/event-stream', body }));
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(upload.lines().at(-1)).to.include({ why: 'not_text: this is an image' });
    });

    it("acknowledges what is over the day's limit", async () => {
      await arrange({ files: { 'a.txt': TEXT }, gateway: { usage: { take: () => false } } });
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(upload.lines().at(-1)).to.include({ level: 'warn', why: '429 Limit Exceeded' });
    });
  });

  describe('what may succeed later', () => {
    it('goes back to the queue alone, the rest of the batch is done', async () => {
      await arrange({ files: { 'a.txt': TEXT, 'b.txt': TEXT } }, (nth) =>
        nth === 1 ? { status: 500, body: '{"error":{"code":"internal","message":"no"}}' } : undefined,
      );
      const back = failed(await run([created('a.txt'), created('b.txt')]));
      expect(back).to.have.length(1);
      expect(said().sort()).to.deep.equal(['summarized', 'to be tried again']);
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
        await arrange({ files: { 'a.txt': TEXT } }, () => fault);
        expect(failed(await run([created('a.txt')]))).to.deep.equal(['message-0']);
        expect(visibility()).to.deep.equal([30]);
        expect(upload.lines().at(-1)).to.include({ level: 'warn', msg: 'to be tried again', in_seconds: 30 });
      });
    }

    it('goes back before the time of the function is up: a stream that goes silent', async () => {
      await arrange({ files: { 'a.txt': TEXT } }, () => 'stall');
      expect(failed(await run([created('a.txt')], { seconds: 10.3 }))).to.deep.equal(['message-0']);
      expect(upload.lines().at(-1)!.why).to.equal('no answer within the time of this function');
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
      await arrange({ files: { 'a.txt': TEXT }, summarizers: [failing] });
      expect(failed(await run([created('a.txt')]))).to.deep.equal(['message-0']);
      expect(upload.lines().at(-1)!.why).to.match(/^(internal|model_failed): /);
    });

    it('waits longer with each try, and at least as long as the service asks for', async () => {
      await arrange({}, (nth) => ({
        status: 429,
        body: '{"error":{"code":"model_throttled","message":"busy"}}',
        headers: { 'retry-after': nth === 5 ? '100' : '1' },
      }));
      for (const receives of [1, 2, 4, 8, 1]) await run([created('a.txt')], { receives });
      expect(visibility()).to.deep.equal([30, 60, 240, 900, 100]);
    });

    it('goes back also when the queue does not take the pause', async () => {
      account.refusals.set('ChangeMessageVisibility', { status: 403, type: 'AccessDenied', message: 'no' });
      await arrange({}, () => ({ status: 500, body: '{}' }));
      expect(failed(await run([created('a.txt')]))).to.deep.equal(['message-0']);
    });
  });

  describe('a sleeping service', () => {
    /** Asleep: the load balancer answers until a task is healthy, so many looks after it was woken. */
    async function asleep(looks: number): Promise<void> {
      putToSleep(account);
      account.before.set('DescribeTargetHealth', () => {
        account.healthy = --looks > 0 ? 0 : 1;
      });
      await arrange({ files: { 'a.txt': TEXT } }, () => (account.healthy > 0 ? undefined : BALANCER_503));
    }

    it('is woken through the keeper, waited for and then asked', async () => {
      await asleep(4);
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(account.service.desired).to.equal(1);
      expect(account.callsOf('Invoke').length).to.be.at.least(4);
      expect(front!.requests).to.deep.equal(['POST /summarize']);
      expect(said()).to.deep.equal(['waking the service', 'summarized']);
    });

    it('that does not wake in time sends the messages back, without a request', async () => {
      await asleep(1000);
      expect(failed(await run([created('a.txt')], { seconds: 12 }))).to.deep.equal(['message-0']);
      expect(front!.requests).to.deep.equal([]);
    });

    it('that still answers 503 when it should be awake is asked again', async () => {
      await arrange({ files: { 'a.txt': TEXT } }, (nth) => (nth < 3 ? BALANCER_503 : undefined));
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(front!.requests).to.have.length(3);
    });

    it('that falls asleep again and does not wake in time sends the message back', async () => {
      await arrange({ files: { 'a.txt': TEXT } }, () => {
        account.healthy = 0;
        return BALANCER_503;
      });
      expect(failed(await run([created('a.txt')], { seconds: 131 }))).to.deep.equal(['message-0']);
      expect(front!.requests).to.have.length(1);
    });

    it('is asked all the same when the keeper cannot be', async () => {
      account.refusals.set('Invoke', { status: 403, type: 'AccessDeniedException', message: 'denied' });
      await arrange({ files: { 'a.txt': TEXT } });
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(said()).to.deep.equal(['the keeper could not be asked', 'summarized']);
    });

    it('is asked all the same when the keeper fails', async () => {
      account.service.gone = true;
      await arrange({ files: { 'a.txt': TEXT } });
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(said()).to.deep.equal(['the keeper could not be asked', 'summarized']);
    });
  });

  describe('a key that is not accepted', () => {
    it('is tried again: API Gateway takes a moment to learn a new one', async () => {
      await arrange({ files: { 'a.txt': TEXT } }, (nth) =>
        nth < 4 ? { status: 403, body: '{"message":"Forbidden"}' } : undefined,
      );
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(front!.requests).to.have.length(4);
    });

    it('is read again, for it may have been replaced', async () => {
      account.secret = 'the-key-of-before-the-deployment-0123456';
      await arrange({ files: { 'a.txt': TEXT } });
      account.before.set('GetSecretValue', () => {
        if (account.callsOf('GetSecretValue').length > 1) account.secret = TEST_KEY;
      });
      expect(failed(await run([created('a.txt')]))).to.deep.equal([]);
      expect(account.callsOf('GetSecretValue')).to.have.length(2);
    });

    it('sends the message back in the end', async () => {
      account.secret = 'a-key-that-nobody-knows-0123456789012345';
      await arrange({ files: { 'a.txt': TEXT } });
      expect(failed(await run([created('a.txt')]))).to.deep.equal(['message-0']);
      expect(front!.requests).to.have.length(7);
      expect(upload.logText()).not.to.include(account.secret);
    });

    it('that cannot be read fails the function, so that its alarm rings, and the messages come back soon', async () => {
      account.refusals.set('GetSecretValue', {
        status: 400,
        type: 'AccessDeniedException',
        message: 'denied',
      });
      await arrange({ files: { 'a.txt': TEXT } });
      const error = await run([created('a.txt')]).catch((reason) => reason);
      expect(error).to.be.an('error').with.property('message', 'denied');
      expect(visibility()).to.deep.equal([30]);
      expect(front!.requests).to.deep.equal([]);
    });
  });
});

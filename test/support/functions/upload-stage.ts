import { closeApps, startApp, TEST_KEY, type TestApp, type TestAppOptions } from '../app.ts';
import { AwsAccount } from './aws-account.ts';
import { type Fault, type Front, startFront } from './front.ts';
import { loadKeeper } from './keeper.ts';
import { type LoadedFunction, loadFunction } from './load-function.ts';

interface BatchAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

export const TEXT = 'The harbour was closed on Monday. It opens again on Thursday at noon.\n';

/** The upload function with all that it talks to: the real server, the real keeper, and AWS. */
export class UploadStage {
  readonly account: AwsAccount;
  app!: TestApp;
  front!: Front;
  upload!: LoadedFunction<unknown, BatchAnswer>;

  private constructor(account: AwsAccount) {
    this.account = account;
  }

  static async start(): Promise<UploadStage> {
    const account = await AwsAccount.start();
    account.secret = TEST_KEY;
    const keeper = await loadKeeper();
    account.functions.set('mcp-dev-keeper', (event) => keeper.handler(event));
    return new UploadStage(account);
  }

  /** The function before the real server, with whatever goes wrong between them. */
  async arrange(
    options: TestAppOptions = {},
    fault: (nth: number) => Fault | undefined = () => undefined,
  ): Promise<void> {
    this.app = await startApp({ limits: {}, ...options });
    this.front = await startFront(this.app.url, fault);
    this.upload = await loadFunction('upload', {
      ENDPOINT: this.front.url,
      API_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:upload',
      KEEPER_FUNCTION: 'mcp-dev-keeper',
      QUEUE_URL: `${this.account.url}/000000000000/upload`,
      PREFIXES: options.prefixes?.join(', ') ?? '',
    });
  }

  /**
   * Hands the function a batch.
   * @param receives how often each message has been received
   * @param seconds that Lambda leaves the function
   * @returns the messages that go back to the queue
   */
  async run(bodies: string[], { receives = 1, seconds = 900 } = {}): Promise<string[]> {
    const Records = bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `handle-${index}`,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
    }));
    const context = { getRemainingTimeInMillis: () => seconds * 1000 };
    const { batchItemFailures } = await this.upload.handler({ Records }, context);
    return batchItemFailures.map((item) => item.itemIdentifier);
  }

  /** For how long messages that went back are hidden, in seconds. */
  get pauses(): unknown[] {
    return this.account.callsOf('ChangeMessageVisibility').map((call) => call.VisibilityTimeout);
  }

  /** What the function's log lines say. */
  get said(): unknown[] {
    return this.upload.lines().map(({ msg }) => msg);
  }

  async close(): Promise<void> {
    await this.front?.close();
    await closeApps();
    await this.account.close();
  }
}

/** An event as EventBridge puts it into the queue (S3 User Guide, "EventBridge event message structure"). */
export function created(key: string, size = 42): string {
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

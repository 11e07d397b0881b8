import { dispatcherFor } from '../../../server/outbound/dispatcher.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import type { CliContext } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { ServiceClient } from '../../service/service-client.ts';
import { sharedWaking, type Waking } from '../../service/waking.ts';
import type { Settings } from '../../settings/settings.ts';
import type { AlarmOptions, AlarmReport, AlarmTest } from '../alarm-report.ts';
import type { KeyAdmin } from '../key-admin.ts';
import { LazyKeys } from '../lazy-keys.ts';
import type { LogLine, LogQuery } from '../log-line.ts';
import type { MetricsReport } from '../metrics-report.ts';
import type {
  Connection,
  FilesPage,
  FilesRequest,
  StatusReport,
  SummarizedAhead,
  SummarizeRequest,
  SummarizeResult,
  SummarizeWatch,
  Target,
  UploadFile,
  UploadOptions,
  UploadResult,
} from '../target.ts';
import { untilAccepted } from './accepted-key.ts';
import { apiUrl } from './api-url.ts';
import { AwsBucket } from './aws-bucket.ts';
import { connectAws } from './connect.ts';
import { accountOf, type DeployedStack, outputOf, readDeployedStack } from './deployed-stack.ts';
import { awsOutputs } from './outputs.ts';

/** A stage that `deploy` made in an AWS account. Its stack is read once, when the target is opened. */
export class AwsTarget implements Target {
  readonly kind = 'aws';
  readonly stage: string;
  readonly keys: KeyAdmin;
  private readonly bucket: AwsBucket;
  private readonly aws: RegionalConnection;
  private readonly stack: DeployedStack;
  private readonly context: CliContext;
  private readonly waking: Waking | undefined;
  private client: Promise<ServiceClient> | undefined;
  private statusTold = false;

  private constructor(aws: RegionalConnection, stack: DeployedStack, context: CliContext) {
    this.stage = stack.stage;
    this.aws = aws;
    this.stack = stack;
    this.context = context;
    this.bucket = new AwsBucket(aws, outputOf(stack, 'S3BucketName'), accountOf(stack));
    const { now, signal } = context;
    this.waking = this.wakingOf(stack);
    const accepted = (value: string) => untilAccepted(this.url, value, context);
    this.keys = new LazyKeys(async () => {
      const { AwsKeys } = await import('./aws-keys.ts');
      return new AwsKeys({ connection: aws, stack, now, signal, accepted });
    });
  }

  static async open(settings: Settings, context: CliContext): Promise<AwsTarget> {
    const aws = await connectAws(settings, context);
    try {
      return new AwsTarget(aws, await readDeployedStack(aws, settings.stage, context.signal), context);
    } catch (error) {
      await aws.dispatcher.destroy();
      throw error;
    }
  }

  describe(): string {
    return `stage ${this.stage} in ${this.aws.region}`;
  }

  async connection(): Promise<Connection> {
    const { value: apiKey } = await this.keys.show();
    const { Prefixes } = this.stack.parameters;
    return {
      url: this.url,
      apiKey,
      ...(Prefixes ? { prefixes: Prefixes.split(',') } : {}),
      ...(this.waking === undefined ? {} : { waking: this.waking }),
    };
  }

  async summarize(request: SummarizeRequest, watch: SummarizeWatch): Promise<SummarizeResult> {
    return (await this.service()).summarize(request, watch);
  }

  async files(request: FilesRequest, signal: AbortSignal): Promise<FilesPage> {
    return (await this.service()).files(request, signal);
  }

  upload(file: UploadFile, options: UploadOptions): Promise<UploadResult> {
    return this.bucket.upload(file, options);
  }

  remove(key: string): Promise<void> {
    return this.bucket.remove(key);
  }

  async summarizedAhead(key: string, signal: AbortSignal): Promise<SummarizedAhead> {
    const { summarizedAhead } = await import('./summarized-ahead.ts');
    return summarizedAhead(this.stack, this.aws, key, signal);
  }

  /** Where it is asked again, as by `--watch`, the stack is read anew and the service is not asked itself. */
  async status(signal: AbortSignal): Promise<StatusReport> {
    const { awsStatus } = await import('./status.ts');
    const again = this.statusTold;
    this.statusTold = true;
    const stack = again ? await readDeployedStack(this.aws, this.stage, signal) : this.stack;
    const ask = again ? undefined : async () => (await this.service()).health(signal);
    return awsStatus(stack, this.aws, { url: this.url, ask, now: this.context.now() }, signal);
  }

  async outputs(): Promise<Record<string, string>> {
    return awsOutputs(this.stack, this.url);
  }

  async *logs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine> {
    const { awsLogs } = await import('./logs.ts');
    yield* awsLogs(this.stack, this.aws, query, signal);
  }

  async metrics(range: { since: number; until: number }, signal: AbortSignal): Promise<MetricsReport> {
    const { awsMetrics } = await import('./metrics.ts');
    return awsMetrics(this.stack, this.aws, range, signal);
  }

  async alarms(signal: AbortSignal, options: AlarmOptions = {}): Promise<AlarmReport> {
    const { awsAlarms } = await import('./alarms.ts');
    return awsAlarms(this.stack, this.aws, options, signal);
  }

  async testAlarm(id: string, signal: AbortSignal): Promise<AlarmTest> {
    const { testAlarm } = await import('./alarm-test.ts');
    return testAlarm(this.stack, this.aws, id, signal);
  }

  planDestroy(): never {
    throw usageError('what is on AWS is destroyed without a target');
  }

  async close(): Promise<void> {
    await (await this.client?.catch(() => undefined))?.close();
    await this.aws.dispatcher.destroy();
  }

  private get url(): string {
    return apiUrl(this.stack.outputs, this.context.env);
  }

  /** Only a service that may sleep is woken: of another a 503 is a failure. */
  private wakingOf({ parameters, outputs }: DeployedStack): Waking | undefined {
    const { SleepAfterMinutes = '0', ScheduleDown = '' } = parameters;
    if (SleepAfterMinutes === '0' && ScheduleDown === '') return undefined;
    const { io } = this.context;
    return sharedWaking({
      wake: async (signal) => {
        try {
          const { askKeeper } = await import('./keeper.ts');
          await askKeeper(this.aws, outputs.KeeperFunctionName ?? '', { action: 'wake' }, signal);
        } catch (error) {
          signal.throwIfAborted();
          // The request itself wakes it, too: an alarm hears the load balancer's 503.
          io.warn(`could not wake it from here, which takes a minute longer: ${(error as Error).message}`);
        }
      },
      onWaking: (why) =>
        io.note(
          why === 'asleep'
            ? 'The service sleeps. Waking it (about a minute).'
            : 'The service is being replaced. Waiting for it.',
        ),
    });
  }

  private service(): Promise<ServiceClient> {
    this.client ??= this.connection().then((connection) => {
      const { env, version } = this.context;
      return new ServiceClient({ ...connection, dispatcher: dispatcherFor(connection.url, env), version });
    });
    return this.client;
  }
}

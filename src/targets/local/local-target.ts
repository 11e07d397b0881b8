import type { ModelSettings } from '../../../server/app.ts';
import type { CliContext } from '../../context.ts';
import { CliError } from '../../errors.ts';
import type { ServiceClient } from '../../service/service-client.ts';
import type { Settings } from '../../settings/settings.ts';
import type { AlarmOptions, AlarmReport } from '../alarm-report.ts';
import { DEFAULT_KEY_NAME } from '../key-admin.ts';
import type { LogLine, LogQuery } from '../log-line.ts';
import type { McpChannel } from '../mcp-channel.ts';
import type { MetricsReport } from '../metrics-report.ts';
import type {
  Connection,
  DestroyOptions,
  DestroyPlan,
  FilesPage,
  FilesRequest,
  StatusReport,
  SummarizeRequest,
  SummarizeResult,
  SummarizeWatch,
  Target,
  UploadFile,
  UploadOptions,
  UploadResult,
} from '../target.ts';
import { evaluateAlarms } from './alarms.ts';
import { keepsAnyway, planLocalDestroy } from './destroy.ts';
import type { LocalApp } from './local-app.ts';
import { type LocalBucket, logFolder, resolveLocalBucket } from './local-bucket.ts';
import { LocalKeys } from './local-keys.ts';
import { localLimits } from './local-limits.ts';
import { readLogLines } from './log-reader.ts';
import { measure } from './metrics.ts';
import { DevNote, type RunningDev } from './running-dev.ts';
import { localRemove, localUpload } from './upload.ts';
import { UsageCount } from './usage-count.ts';

/** How far back the alarms look for when a state began. */
const ALARM_HISTORY_MS = 24 * 3600_000;

/**
 * This machine. Where `dev` runs for the bucket its server is asked; where it does not, the same server runs
 * inside the command for the command's length, behind the same key, limits and log.
 */
export class LocalTarget implements Target {
  readonly kind = 'local';
  readonly stage: string;
  private readonly settings: Settings;
  private readonly context: CliContext;
  /** Or why it cannot be used: `destroy` works nevertheless, it is the remedy. */
  private readonly opened: LocalBucket | CliError;
  private readonly dev: RunningDev | undefined;
  private connected: Promise<Connection> | undefined;
  private client: Promise<ServiceClient> | undefined;
  private app: LocalApp | undefined;
  private models: ModelSettings | undefined;

  private constructor(
    settings: Settings,
    context: CliContext,
    opened: LocalBucket | CliError,
    dev: RunningDev | undefined,
  ) {
    this.stage = settings.stage;
    this.settings = settings;
    this.context = context;
    this.opened = opened;
    this.dev = dev;
  }

  static async open(settings: Settings, context: CliContext): Promise<LocalTarget> {
    const named =
      settings.folder === undefined ? undefined : { kind: 'folder' as const, folder: settings.folder };
    const opened = await resolveLocalBucket(context.env, settings.stage, named).catch((error) => {
      if (error instanceof CliError) return error;
      throw error;
    });
    const dev = opened instanceof CliError ? undefined : await new DevNote(opened.state).running();
    return new LocalTarget(settings, context, opened, dev);
  }

  private get bucket(): LocalBucket {
    if (this.opened instanceof CliError) throw this.opened;
    return this.opened;
  }

  get keys(): LocalKeys {
    return new LocalKeys(this.bucket.state, this.context.now);
  }

  describe(): string {
    const what = this.bucket.private
      ? `the private local bucket of stage ${this.stage}`
      : `local bucket ${this.bucket.label}`;
    return this.dev?.url === undefined ? what : `${what}, served by dev on ${this.dev.url}`;
  }

  async summarize(request: SummarizeRequest, watch: SummarizeWatch): Promise<SummarizeResult> {
    if (this.dev === undefined && this.models === undefined) await this.prepareModel(request.model);
    return (await this.service()).summarize(request, watch);
  }

  async files(request: FilesRequest, signal: AbortSignal): Promise<FilesPage> {
    return (await this.service()).files(request, signal);
  }

  upload(file: UploadFile, options: UploadOptions): Promise<UploadResult> {
    return localUpload(this.bucket, this.settings.file.hidden, file, options);
  }

  remove(key: string): Promise<void> {
    return localRemove(this.bucket, this.settings.file.hidden, key);
  }

  async status(signal: AbortSignal): Promise<StatusReport> {
    const { version, now } = this.context;
    const key = await this.keys.show();
    const { quota } = localLimits(this.settings.file);
    const usage = await UsageCount.open(this.bucket.state, now);
    const running = this.dev?.url === undefined ? undefined : await this.service();
    const details: StatusReport['details'] = {
      bucket: this.bucket.label,
      dev:
        this.dev === undefined
          ? 'not running (commands start the server for their own length)'
          : `running, pid ${this.dev.pid}`,
      requests_today: usage.today(DEFAULT_KEY_NAME),
      quota_a_day: quota,
      key_created_at: key.created_at,
      state_folder: this.bucket.state,
    };
    if (this.dev !== undefined) details.started_at = this.dev.started_at;
    return {
      target: 'local',
      stage: this.stage,
      endpoint: this.dev?.url ?? '',
      health: running === undefined ? 'idle' : await running.health(signal),
      version: running === undefined ? version : ((await running.version(signal)) ?? version),
      details,
    };
  }

  async outputs(): Promise<Record<string, string>> {
    const { storage } = this.bucket;
    const url = this.dev?.url;
    return {
      ...(url === undefined ? {} : { api_gateway_endpoint: url, mcp_endpoint: `${url}/mcp` }),
      s3_bucket_name: storage.kind === 's3' ? storage.bucket : this.bucket.label,
      ...(storage.kind === 'folder' ? { folder: storage.folder } : {}),
      log_folder: logFolder(this.bucket),
      state_folder: this.bucket.state,
      stage: this.stage,
    };
  }

  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine> {
    return readLogLines(logFolder(this.bucket), query, signal);
  }

  metrics(range: { since: number; until: number }, signal: AbortSignal): Promise<MetricsReport> {
    return measure(this.logs({ ...range, follow: false }, signal), range);
  }

  alarms(signal: AbortSignal, options: AlarmOptions = {}): Promise<AlarmReport> {
    const now = this.context.now();
    const since = Math.min(now - ALARM_HISTORY_MS, options.historySince ?? now);
    return evaluateAlarms(this.logs({ since, follow: false }, signal), this.stage, now, options);
  }

  async planDestroy({ keepBucket }: DestroyOptions): Promise<DestroyPlan> {
    if (keepBucket) throw keepsAnyway();
    return planLocalDestroy(this.context.env, this.stage);
  }

  async close(): Promise<void> {
    await (await this.client?.catch(() => undefined))?.close();
    await this.app?.close();
  }

  connection(): Promise<Connection> {
    this.connected ??= this.connect();
    return this.connected;
  }

  async serveMcp(channel: McpChannel): Promise<{ close(): Promise<void> } | undefined> {
    if (this.dev?.url !== undefined) return undefined;
    const { prefixes, hidden } = this.settings.file;
    const { allowWrites } = this.settings;
    const [{ serveLocalMcp }, { localModels }] = await Promise.all([
      import('./local-mcp.ts'),
      import('./local-models.ts'),
    ]);
    const models = this.models ?? localModels(this.settings, this.context.env);
    const { version } = this.context;
    return serveLocalMcp({ bucket: this.bucket, prefixes, hidden, allowWrites, models, version }, channel);
  }

  private service(): Promise<ServiceClient> {
    this.client ??= this.createClient();
    return this.client;
  }

  private async createClient(): Promise<ServiceClient> {
    const { env, version } = this.context;
    const connection = await this.connection();
    const [{ createDispatcher }, { ServiceClient }] = await Promise.all([
      import('../../../server/outbound/dispatcher.ts'),
      import('../../service/service-client.ts'),
    ]);
    return new ServiceClient({ ...connection, dispatcher: createDispatcher(env, true), version });
  }

  /** A server of our own takes the model that its person asks for; whether it can is told before it starts. */
  private async prepareModel(asked: string | undefined): Promise<void> {
    const { localModels, requireModelAccess } = await import('./local-models.ts');
    this.models = localModels(this.settings, this.context.env, asked);
    await requireModelAccess(this.models);
  }

  private async connect(): Promise<Connection> {
    const { file } = this.settings;
    const { version, now } = this.context;
    const { value: apiKey } = await this.keys.show();
    const known = { apiKey, ...(file.prefixes === undefined ? {} : { prefixes: file.prefixes }) };
    if (this.dev?.url !== undefined) return { url: this.dev.url, ...known };
    const [{ startLocalApp }, { localModels }] = await Promise.all([
      import('./local-app.ts'),
      import('./local-models.ts'),
    ]);
    this.app = await startLocalApp(
      {
        bucket: this.bucket,
        limits: localLimits(file),
        prefixes: file.prefixes,
        hidden: file.hidden,
        allowWrites: this.settings.allowWrites,
        models: this.models ?? localModels(this.settings, this.context.env),
        version,
        now,
      },
      { host: '127.0.0.1', port: 0 },
    );
    return { url: this.app.url, ...known };
  }
}

import { dispatcherFor } from '../../server/outbound/dispatcher.ts';
import type { CliContext } from '../context.ts';
import { credentialsError } from '../errors.ts';
import { ServiceClient } from '../service/service-client.ts';
import { sharedWaking, type Waking } from '../service/waking.ts';
import type { Settings } from '../settings/settings.ts';
import type { KeyAdmin } from './key-admin.ts';
import type {
  Connection,
  FilesPage,
  FilesRequest,
  StatusReport,
  SummarizeRequest,
  SummarizeResult,
  SummarizeWatch,
  Target,
} from './target.ts';

/** A service of which only the URL and a key are known. Whatever needs the owner's credentials is refused. */
export class EndpointTarget implements Target {
  readonly kind = 'endpoint';
  readonly stage: string;
  private readonly url: string;
  private readonly apiKey: string | undefined;
  private readonly client: ServiceClient;
  private readonly waking: Waking;

  constructor({ stage, endpoint, apiKey }: Settings, { env, io, version }: CliContext) {
    this.stage = stage;
    this.url = endpoint!;
    this.apiKey = apiKey;
    this.waking = sharedWaking({
      onWaking: (why) =>
        io.note(
          why === 'asleep'
            ? 'The service seems to sleep, and to wake now. Waiting for it, three minutes at most.'
            : 'The service is being replaced. Waiting for it.',
        ),
    });
    this.client = new ServiceClient({
      url: this.url,
      apiKey,
      dispatcher: dispatcherFor(this.url, env),
      version,
      waking: this.waking,
    });
  }

  describe(): string {
    return `service ${this.url}`;
  }

  async connection(): Promise<Connection> {
    return { url: this.url, apiKey: this.apiKey, waking: this.waking };
  }

  summarize(request: SummarizeRequest, watch: SummarizeWatch): Promise<SummarizeResult> {
    return this.client.summarize(request, watch);
  }

  files(request: FilesRequest, signal: AbortSignal): Promise<FilesPage> {
    return this.client.files(request, signal);
  }

  async status(signal: AbortSignal): Promise<StatusReport> {
    const health = await this.client.health(signal);
    // Whoever asks how it is does not want to wait until it is well.
    const version = health === 'healthy' ? await this.client.version(signal) : undefined;
    const report: StatusReport = {
      target: 'endpoint',
      stage: this.stage,
      endpoint: this.url,
      health,
      details: {},
    };
    if (version !== undefined) report.version = version;
    return report;
  }

  upload(): never {
    return refuse('upload');
  }
  remove(): never {
    return refuse('removing a file');
  }
  outputs(): never {
    return refuse('outputs');
  }
  logs(): never {
    return refuse('logs');
  }
  metrics(): never {
    return refuse('metrics');
  }
  alarms(): never {
    return refuse('alarms');
  }
  testAlarm(): never {
    return refuse('alarms test');
  }
  planDestroy(): never {
    return refuse('destroy');
  }
  get keys(): KeyAdmin {
    return refuse('key');
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** Refuses what only the owner of the deployment can do (exit 3). */
export function refuse(command: string): never {
  throw credentialsError(
    `${command} needs more than a URL and a key`,
    [
      'for the deployment itself: leave out --endpoint (and unset MCP_S3_ENDPOINT) and use AWS credentials',
      'for this machine: add --local',
    ],
    'needs_credentials',
  );
}

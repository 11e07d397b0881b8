import type { Readable } from 'node:stream';
import type { Waking } from '../service/waking.ts';
import type { AlarmOptions, AlarmReport, AlarmTest } from './alarm-report.ts';
import type { KeyAdmin } from './key-admin.ts';
import type { LogLine, LogQuery } from './log-line.ts';
import type { McpChannel } from './mcp-channel.ts';
import type { MetricsReport } from './metrics-report.ts';

/**
 * Target: where a deployment lives. `local.ts` is this machine, `endpoint.ts` a service of which only URL and
 * key are known, AWS joins them. Commands are written once against it. What a target cannot do it refuses with
 * a CliError that says what is needed instead.
 */
export interface Target {
  readonly kind: 'local' | 'endpoint' | 'aws';
  readonly stage: string;
  /** For people: "local bucket /home/ann/notes (dev running on http://127.0.0.1:8080)". */
  describe(): string;

  /**
   * Where the service listens and with which key, for what speaks to it directly. Locally, without a running
   * `dev`, the server is started inside this command first.
   */
  connection(): Promise<Connection>;
  /**
   * Serves MCP on the channel in this process, without HTTP. Absent or undefined where the service is elsewhere:
   * then there is a {@link connection} to forward to.
   */
  serveMcp?(channel: McpChannel): Promise<{ close(): Promise<void> } | undefined>;
  summarize(request: SummarizeRequest, watch: SummarizeWatch): Promise<SummarizeResult>;
  files(request: FilesRequest, signal: AbortSignal): Promise<FilesPage>;
  upload(file: UploadFile, options: UploadOptions): Promise<UploadResult>;
  /** Takes a file out of the bucket again: what a command put there for its own length. */
  remove(key: string): Promise<void>;
  /** Waits for what becomes of a new file on its way to a summary. Absent where nobody looks at new files. */
  summarizedAhead?(key: string, signal: AbortSignal): Promise<SummarizedAhead>;
  status(signal: AbortSignal): Promise<StatusReport>;
  /** Names and values for scripts, without secrets. `api_key` comes from {@link KeyAdmin.show}. */
  outputs(): Promise<Record<string, string>>;
  /** Lines in order of time. With `follow` it goes on until the signal ends it, without an error. */
  logs(query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine>;
  metrics(range: { since: number; until: number }, signal: AbortSignal): Promise<MetricsReport>;
  alarms(signal: AbortSignal, options?: AlarmOptions): Promise<AlarmReport>;
  /** Rings an alarm on purpose, to see whether it is heard. Absent where alarms tell nobody. */
  testAlarm?(id: string, signal: AbortSignal): Promise<AlarmTest>;
  readonly keys: KeyAdmin;
  /** What `destroy` would remove, in words, and the removal itself. */
  planDestroy(options: DestroyOptions, signal: AbortSignal): Promise<DestroyPlan>;
  /** Lets go of sockets and of a server that was started for the command. */
  close(): Promise<void>;
}

/** What became of a file that was to be summarized ahead of time. */
export type SummarizedAhead =
  | { kind: 'off' }
  /** @property seconds that the function took */
  | { kind: 'done'; seconds: number }
  | { kind: 'refused' | 'limit'; why: string }
  /** Nothing final after this long; `last` is what was heard so far. */
  | { kind: 'unheard'; seconds: number; last: string | undefined };

export interface Connection {
  /** Without a trailing slash; MCP is at `/mcp` below it. */
  url: string;
  apiKey: string | undefined;
  /** Below which the service shows files, where it is limited to some and they are known. */
  prefixes?: string[];
  /** Of a service that may sleep. */
  waking?: Waking;
}

export interface SummarizeRequest {
  key: string;
  style?: string;
  maxWords?: number;
  focus?: string;
  model?: string;
  refresh?: boolean;
}

export interface SummarizeWatch {
  signal: AbortSignal;
  /** A piece of the summary, as it is written. */
  onDelta?: (text: string) => void;
  /** `characters` read of a file of `size` bytes. */
  onProgress?: (progress: { characters: number; size?: number }) => void;
}

/** The service's answer, with the id under which the request stands in the log. */
export interface SummarizeResult {
  file_key: string;
  summary: string;
  model: string;
  cached: boolean;
  coverage: number;
  etag: string;
  usage: Record<string, number>;
  request_id: string;
}

export interface FilesRequest {
  prefix: string;
  cursor?: string;
  /** 1 to 1,000. */
  limit: number;
}

export interface FilesPage {
  files: { key: string; size: number; last_modified: string; etag: string }[];
  next_cursor?: string;
}

export interface UploadFile {
  key: string;
  /** Opened when its turn comes. `size` in bytes is missing for standard input. */
  open(): Promise<{ body: Readable | Uint8Array; size?: number }>;
}

export interface UploadOptions {
  /** An existing key is left alone: the result says `skipped`. */
  noClobber: boolean;
  /** The result tells the SHA-256, too. */
  sha256?: boolean;
  /** Bytes of this file taken so far. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}

export type UploadResult =
  | { key: string; status: 'uploaded'; size: number; sha256?: string; etag: string }
  | { key: string; status: 'skipped' };

export interface StatusReport {
  target: string;
  stage: string;
  endpoint: string;
  health: string;
  version?: string;
  /** Further lines in order of importance, for people and programs alike. */
  details: Record<string, string | number | boolean>;
}

export interface DestroyOptions {
  /** The bucket with the files stays. A target that never deletes files refuses it. */
  keepBucket: boolean;
}

export interface DestroyPlan {
  /** Where it all is, for people: "AWS account 123456789012, region eu-central-1". */
  place?: string;
  /** Each thing that goes, for people. Empty: there is nothing to do. */
  removes: string[];
  /** Each thing that stays, with the reason. */
  keeps: string[];
  /** What the things that stay cost, in a sentence. */
  bill?: string | undefined;
  execute(watch: DestroyWatch, signal: AbortSignal): Promise<void>;
}

export interface DestroyWatch {
  /** Something begins, is done, or is being dealt with. */
  report(line: string): void;
  /** How far what was reported last has come; replaces what was said before. */
  progress(line: string): void;
}

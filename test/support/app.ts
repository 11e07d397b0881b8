import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import {
  type AppOptions,
  type CloseOptions,
  createApp,
  type FileStore,
  type GatewayOptions,
  type Limits,
} from '../../server/app.ts';
import { DEFAULT_LIMITS } from '../../server/names.ts';

export const TEST_KEY = 'a-key-that-tests-may-use-0123456789';

export interface TestApp {
  url: string;
  /** The served folder. */
  folder: string;
  cacheFolder: string;
  /** The files as the server sees them: takes keys that no file name can carry. */
  store: FileStore;
  /** Every line of the log so far. */
  logLines(): Record<string, unknown>[];
  /** The log as text, to look for what must not be in it. */
  logText(): string;
  /** A request with the key, if the app asks for one. */
  fetch(route: string, init?: RequestInit): Promise<Response>;
  /** `POST /summarize`. */
  summarize(body: unknown, headers?: Record<string, string>): Promise<Response>;
  write(key: string, content: string | Buffer): Promise<void>;
  close(how?: CloseOptions): Promise<void>;
}

export interface TestAppOptions extends Partial<Omit<AppOptions, 'gateway' | 'cacheFolder'>> {
  /** Files of the folder, by key. */
  files?: Record<string, string | Buffer>;
  gateway?: Partial<GatewayOptions>;
  /** A temporary folder by default; undefined for none. */
  cacheFolder?: string | undefined;
  /** Puts the gateway in front, with these limits. */
  limits?: Partial<Limits>;
}

const running = new Set<TestApp>();

/** Starts the whole server on a temporary folder and a free port. End it with `closeApps` in `afterEach`. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { files = {}, limits, gateway, cacheFolder: chosenCache, ...rest } = options;
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'mcp-s3-server-'));
  const folder = path.join(temporary, 'bucket');
  const cacheFolder = path.join(temporary, 'cache');
  const cache = 'cacheFolder' in options ? chosenCache : cacheFolder;
  await mkdir(folder);
  const write = async (key: string, content: string | Buffer): Promise<void> => {
    const target = path.join(folder, key);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  };
  for (const [key, content] of Object.entries(files)) await write(key, content);

  const log: string[] = [];
  const logDestination = new Writable({
    write(chunk, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const guarded = limits !== undefined || gateway !== undefined;
  const app = await createApp({
    storage: { kind: 'folder', folder },
    logDestination,
    version: '0.0.0-test',
    ...(guarded ? { gateway: { ...testGateway(limits), ...gateway } } : {}),
    ...rest,
    ...(cache === undefined ? {} : { cacheFolder: cache }),
  });
  const { url } = await app.listen({ host: '127.0.0.1', port: 0 });
  const key: Record<string, string> = guarded ? { 'x-api-key': TEST_KEY } : {};
  const started: TestApp = {
    url,
    folder,
    cacheFolder,
    store: app.store,
    logText: () => log.join(''),
    logLines: () => log.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line)),
    fetch: (route, init = {}) => fetch(url + route, { ...init, headers: { ...key, ...headersOf(init) } }),
    summarize: (body, headers = {}) =>
      started.fetch('/summarize', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    write,
    async close(how) {
      running.delete(started);
      await app.close({ deadlineMs: 0, ...how });
      await rm(temporary, { recursive: true, force: true });
    },
  };
  running.add(started);
  return started;
}

/** Ends every app of the test. */
export async function closeApps(): Promise<void> {
  await Promise.all([...running].map((app) => app.close()));
}

function headersOf(init: RequestInit): Record<string, string> {
  return Object.fromEntries(new Headers(init.headers));
}

function testGateway(limits: Partial<Limits> | undefined): GatewayOptions {
  return {
    authenticate: (presented) => (presented === TEST_KEY ? { id: 'default', name: 'default' } : undefined),
    usage: { take: () => true },
    limits: { ...DEFAULT_LIMITS, ...limits },
  };
}

/** The request's line of the log, once it is there: it is written after the answer has arrived. */
export function requestLine(app: TestApp, requestId: string | null): Promise<Record<string, unknown>> {
  return logLine(app, ({ msg, request_id }) => msg === 'request' && request_id === requestId);
}

/** The first line of the log that is meant, once it is there. */
export async function logLine(
  app: TestApp,
  isMeant: (line: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (;;) {
    const line = app.logLines().find(isMeant);
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

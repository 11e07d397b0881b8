import { once } from 'node:events';
import { isIP } from 'node:net';
import type { CliContext } from '../context.ts';
import { failed, systemReason, usageError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { startLocalApp } from '../targets/local/local-app.ts';
import { type LocalBucket, type LocalStorage, resolveLocalBucket } from '../targets/local/local-bucket.ts';
import { LocalKeys } from '../targets/local/local-keys.ts';
import { type Limits, localLimits } from '../targets/local/local-limits.ts';
import { localModels, requireModelAccess } from '../targets/local/local-models.ts';
import { DevNote } from '../targets/local/running-dev.ts';
import { devDisplay } from './display.ts';

const DEFAULT_PORT = 8080;
const DEFAULT_HOST = '127.0.0.1';

export interface DevOptions {
  port?: number | undefined;
  host?: string | undefined;
  bucket?: string | undefined;
  model?: string | undefined;
  endpointUrl?: string | undefined;
  prefixes?: string[] | undefined;
  hidden?: boolean | undefined;
  allowWrites?: boolean | undefined;
  auth: boolean;
  limits: Partial<Record<keyof Limits, number | undefined>>;
}

/** Serves the stage's local bucket until the context's signal ends it. */
export async function runDev(settings: Settings, context: CliContext, options: DevOptions): Promise<void> {
  const { file, stage } = settings;
  const { io, env, version, now, signal } = context;
  const host = options.host ?? file.host ?? DEFAULT_HOST;
  const port = options.port ?? file.port ?? DEFAULT_PORT;
  if (!isLoopback(host)) {
    if (!options.auth) {
      throw usageError(`--no-auth with --host ${host} would give the files to everyone on the network`, [
        'leave out --no-auth, or listen on 127.0.0.1',
      ]);
    }
    io.warn(
      `${host} is reachable from the network, and plain HTTP shows key and files to who listens there.`,
    );
  }
  const models = localModels(settings, env, options.model);
  await requireModelAccess(models);
  const bucket = await resolveLocalBucket(env, stage, namedStorage(settings, options));
  const note = new DevNote(bucket.state);
  const other = await note.claim(new Date(now()).toISOString());
  if (other !== undefined) throw alreadyRunning(bucket, other.pid, other.url);
  try {
    const display = devDisplay(context, bucket);
    const limits = localLimits(file, options.limits);
    const app = await startLocalApp(
      {
        bucket,
        limits,
        prefixes: options.prefixes ?? file.prefixes,
        hidden: options.hidden ?? file.hidden,
        allowWrites: options.allowWrites ?? settings.allowWrites,
        auth: options.auth,
        models,
        version,
        now,
        onLogLine: (line) => display.logLine(line),
      },
      { host, port },
    ).catch((error) => {
      throw listenError(error, host, port);
    });
    await note.announce(app.url);
    const key = options.auth ? (await new LocalKeys(bucket.state, now).show()).value : undefined;
    display.listening({ url: app.url, stage, key, limits, model: models.model });
    if (!signal.aborted) await once(signal, 'abort');
    display.stopping();
    await app.close();
  } finally {
    await note.release();
  }
}

function namedStorage(
  { folder, region, profile }: Settings,
  { bucket, endpointUrl }: DevOptions,
): LocalStorage | undefined {
  if (bucket === undefined) return folder === undefined ? undefined : { kind: 'folder', folder };
  if (folder !== undefined)
    throw usageError('--bucket names an S3 bucket and a folder is named too: give one of them');
  return {
    kind: 's3',
    bucket,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
  };
}

function alreadyRunning(bucket: LocalBucket, pid: number, url: string | undefined) {
  return failed(
    'already_running',
    `dev serves ${bucket.label} already${url === undefined ? '' : ` on ${url}`} (pid ${pid})`,
    [
      'use that one: other commands find it by themselves',
      'or serve another folder, or the same under another --stage',
    ],
  );
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return failed('port_taken', `port ${port} of ${host} is taken by another program`, [
      'choose another: --port 8081, or --port 0 for any free one',
    ]);
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EINVAL') {
    return failed('cannot_listen', `cannot listen on ${host}, port ${port}: ${systemReason(error) ?? code}`, [
      'leave out --host for this machine alone, and choose a port above 1023',
    ]);
  }
  return error;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

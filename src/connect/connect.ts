import { homedir } from 'node:os';
import type { CliContext } from '../context.ts';
import { credentialsError, usageError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Target } from '../targets/target.ts';
import { KEY_VARIABLE, type Link, type McpClient, type Place } from './client.ts';
import { readConfig, writeConfig } from './config-file.ts';
import { linkFor } from './link.ts';
import { mergeConfig, type Setting } from './merge-config.ts';

/** What was printed or written for a client. Holds the reference to the key, never the key. */
export interface ConnectResult {
  client: string;
  title: string;
  transport: Link['kind'];
  status: 'shown' | 'written' | 'unchanged';
  /** Undefined for a client whose file is not known. */
  file?: string;
  backup?: string;
  /** The file as it would be, were there nothing else in it. */
  configuration: Record<string, unknown>;
  /** The client's own command that does the same. */
  command?: string[];
  /** Variables that the client must find in its environment. */
  environment: string[];
  /** The file holds the key: it was not left to others to read. */
  holdsKey: boolean;
  next: string;
}

export interface ConnectOptions {
  write: boolean;
  stdio: boolean;
  /** Folder of this package. */
  root: string;
}

/** Shows the client's configuration for the target, or merges it into the client's file. */
export async function connectClient(
  client: McpClient,
  target: Target,
  settings: Settings,
  context: CliContext,
  options: ConnectOptions,
): Promise<ConnectResult> {
  const link = await linkFor(client, target, settings, options);
  const server = settings.stage === 'dev' ? 'mcp-s3' : `mcp-s3-${settings.stage}`;
  const reference = client.keyReference(server) ?? `<the value of ${KEY_VARIABLE}>`;
  const { cwd, env } = context;
  const place: Place = {
    home: env.HOME || env.USERPROFILE || homedir(),
    cwd,
    platform: process.platform,
    env,
  };
  const file = client.file?.(place);
  const command = client.command?.(server, link, reference);
  const result: ConnectResult = {
    client: client.name,
    title: client.title,
    transport: link.kind,
    status: 'shown',
    ...(file === undefined ? {} : { file }),
    configuration: {
      ...client.additions?.(link, server),
      [client.section]: { [server]: client.entry(link, reference) },
    },
    ...(command === undefined ? {} : { command }),
    environment: link.needsKey && reference.includes(KEY_VARIABLE) ? [KEY_VARIABLE] : [],
    holdsKey: false,
    next: client.next,
  };
  if (!options.write) return result;
  if (file === undefined) {
    throw usageError(`there is no file known for ${client.title}: leave out --write and place it yourself`);
  }
  const secret = link.needsKey && client.scope === 'user';
  const key = secret ? await keyOf(target, settings) : reference;
  const found = await readConfig(file, client.scope === 'project' ? context.cwd : undefined);
  const text = mergeConfig(found.text, settingsOf(client, link, server, key), file);
  if (secret) Object.assign(result, { holdsKey: true, environment: [] });
  if (text === found.text) return { ...result, status: 'unchanged' };
  const backup = await writeConfig(file, text, found, { secret, now: new Date(context.now()) });
  return { ...result, status: 'written', ...(backup === undefined ? {} : { backup }) };
}

/** The machine that this runs on. */
export function placeOf({ cwd, env }: CliContext): Place {
  return { home: env.HOME || env.USERPROFILE || homedir(), cwd, platform: process.platform, env };
}

function settingsOf(client: McpClient, link: Link, server: string, key: string): Setting[] {
  const additions = Object.entries(client.additions?.(link, server) ?? {}).flatMap(([name, values]) =>
    values.map((value): Setting => ({ path: [name], value, append: true })),
  );
  return [...additions, { path: [client.section, server], value: client.entry(link, key) }];
}

async function keyOf(target: Target, settings: Settings): Promise<string> {
  if (settings.kind !== 'endpoint') return (await target.keys.show()).value;
  if (settings.apiKey !== undefined) return settings.apiKey;
  throw credentialsError(`the client's file needs the API key, and ${KEY_VARIABLE} is not set`, [
    `set ${KEY_VARIABLE} to the service's key and run the command again`,
  ]);
}

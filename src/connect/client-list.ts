import { usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { amazonQ } from './amazon-q.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { McpClient } from './client.ts';
import { cursor } from './cursor.ts';
import { generic } from './generic.ts';
import { kiro } from './kiro.ts';
import { vscode } from './vscode.ts';

/** The clients that `connect` knows, in the order in which they are listed. */
export const CLIENTS: readonly McpClient[] = [
  claudeCode,
  claudeDesktop,
  cursor,
  vscode,
  kiro,
  amazonQ,
  generic,
];

/** Throws a usage error (exit 2) that names the clients there are. */
export function findClient(name: string): McpClient {
  const found = CLIENTS.find((client) => client.name === name);
  if (found !== undefined) return found;
  const names = CLIENTS.map((client) => client.name);
  const meant = nearest(name.toLowerCase(), names);
  throw usageError(
    `there is no client named ${JSON.stringify(name)}`,
    [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      `clients: ${names.join(', ')}; "generic" suits any other`,
    ],
    'unknown_client',
  );
}

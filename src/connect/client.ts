/** Where a client's configuration is, and how it is written: one object for each client, from its documentation. */
export interface McpClient {
  readonly name: string;
  readonly title: string;
  /** It cannot reach a service over HTTP with a key: it is always given the bridge. */
  readonly stdioOnly?: true;
  /** A project's file is shared with others and never holds the key; a user's file may. */
  readonly scope: 'project' | 'user' | 'none';
  /** The file that `--write` changes, absolute; absent where there is none. */
  readonly file?: (place: Place) => string;
  /** The member of the file that holds the servers by name. */
  readonly section: 'mcpServers' | 'servers';
  /** How the file refers to the key without holding it; undefined where the client has no way. */
  keyReference(server: string): string | undefined;
  /** The server's entry. */
  entry(link: Link, key: string): Record<string, unknown>;
  /** Further members of the file that the entry needs: arrays of objects with an `id`. */
  additions?(link: Link, server: string): Record<string, Addition[]>;
  /** The client's own command that does the same. */
  command?(server: string, link: Link, key: string): string[] | undefined;
  /** What to do once the file is written. */
  readonly next: string;
}

export type Addition = { id: string } & Record<string, unknown>;

/** The machine that the file is on. */
export interface Place {
  home: string;
  cwd: string;
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
}

/** How a client reaches the service. */
export type Link =
  | { kind: 'http'; url: string; needsKey: boolean }
  | { kind: 'stdio'; command: string; args: string[]; needsKey: boolean };

/** The variable that the bridge reads the key from, and that references name. */
export const KEY_VARIABLE = 'MCP_S3_API_KEY';
export const KEY_HEADER = 'x-api-key';

/** Headers and environment of an entry, which the clients share; left out where there is no key to carry. */
function keyHeaders({ needsKey }: Link, key: string): { headers?: Record<string, string> } {
  return needsKey ? { headers: { [KEY_HEADER]: key } } : {};
}

function keyEnvironment({ needsKey }: Link, key: string): { env?: Record<string, string> } {
  return needsKey ? { env: { [KEY_VARIABLE]: key } } : {};
}

/** The form without `type`, which most clients take: the members tell which it is. */
export function untypedEntry(link: Link, key: string): Record<string, unknown> {
  return link.kind === 'http'
    ? { url: link.url, ...keyHeaders(link, key) }
    : { command: link.command, args: link.args, ...keyEnvironment(link, key) };
}

export function typedEntry(link: Link, key: string): Record<string, unknown> {
  return { type: link.kind, ...untypedEntry(link, key) };
}

import { join } from 'node:path';
import { KEY_VARIABLE, type McpClient, untypedEntry } from './client.ts';

/**
 * cursor.com/docs/mcp, "Configuration locations" and "Config interpolation": `.cursor/mcp.json` in the project;
 * `${env:NAME}` is resolved in command, args, env, url and headers.
 */
export const cursor: McpClient = {
  name: 'cursor',
  title: 'Cursor',
  scope: 'project',
  file: ({ cwd }) => join(cwd, '.cursor', 'mcp.json'),
  section: 'mcpServers',
  keyReference: () => `\${env:${KEY_VARIABLE}}`,
  entry: (link, key) =>
    link.kind === 'http' ? untypedEntry(link, key) : { type: 'stdio', ...untypedEntry(link, key) },
  next: 'Restart Cursor; its settings list the server under MCP.',
};

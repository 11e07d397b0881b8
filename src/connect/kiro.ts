import { join } from 'node:path';
import { KEY_VARIABLE, type McpClient, untypedEntry } from './client.ts';

/**
 * kiro.dev/docs/mcp/configuration: `~/.kiro/settings/mcp.json` for the IDE and the CLI alike. The IDE expands
 * `${NAME}` where the variable is approved in its settings, releases of the CLI differ: so the user's file holds
 * the key itself.
 */
export const kiro: McpClient = {
  name: 'kiro',
  title: 'Kiro',
  scope: 'user',
  file: ({ home }) => join(home, '.kiro', 'settings', 'mcp.json'),
  section: 'mcpServers',
  keyReference: () => `\${${KEY_VARIABLE}}`,
  entry: untypedEntry,
  next: 'Kiro connects when the file is saved; its MCP panel shows the server.',
};

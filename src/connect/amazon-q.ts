import { join } from 'node:path';
import { KEY_VARIABLE, type McpClient, typedEntry, untypedEntry } from './client.ts';

/**
 * AWS, "MCP configuration for Q Developer in the IDE": `~/.aws/amazonq/mcp.json` is read by the IDE and the CLI,
 * unless `useLegacyMcpJson` is off. The CLI resolves `${env:NAME}` in headers (aws/amazon-q-developer-cli#3075), of
 * the IDE that is not documented: so the user's file holds the key itself.
 */
export const amazonQ: McpClient = {
  name: 'amazon-q',
  title: 'Amazon Q Developer',
  scope: 'user',
  file: ({ home }) => join(home, '.aws', 'amazonq', 'mcp.json'),
  section: 'mcpServers',
  keyReference: () => `\${env:${KEY_VARIABLE}}`,
  entry: (link, key) => (link.kind === 'http' ? typedEntry(link, key) : untypedEntry(link, key)),
  next: 'Start q chat again; /tools shows the server.',
};

import { KEY_VARIABLE, type McpClient, typedEntry } from './client.ts';

/** The form that most clients understand. Where it goes, and how it names a variable, their documentation says. */
export const generic: McpClient = {
  name: 'generic',
  title: 'any other MCP client',
  scope: 'none',
  section: 'mcpServers',
  keyReference: () => `\${${KEY_VARIABLE}}`,
  entry: typedEntry,
  next: 'Put it where your client keeps its servers.',
};

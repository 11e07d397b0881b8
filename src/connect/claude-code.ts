import { join } from 'node:path';
import { KEY_HEADER, KEY_VARIABLE, type McpClient, typedEntry } from './client.ts';

/**
 * Anthropic, "Connect Claude Code to tools via MCP": `.mcp.json` at the project's root is shared; `${VAR}` is
 * expanded in command, args, env, url and headers. `claude mcp add --scope user` is for all projects of a person.
 */
export const claudeCode: McpClient = {
  name: 'claude-code',
  title: 'Claude Code',
  scope: 'project',
  file: ({ cwd }) => join(cwd, '.mcp.json'),
  section: 'mcpServers',
  keyReference: () => `\${${KEY_VARIABLE}}`,
  entry: typedEntry,
  command(server, link, key) {
    const add = ['claude', 'mcp', 'add', '--scope', 'user', '--transport', link.kind, server];
    if (link.kind === 'http') {
      return [...add, link.url, ...(link.needsKey ? ['--header', `${KEY_HEADER}: ${key}`] : [])];
    }
    const env = link.needsKey ? ['--env', `${KEY_VARIABLE}=${key}`] : [];
    return [...add, ...env, '--', link.command, ...link.args];
  },
  next: 'Start claude in this folder and approve the server; /mcp shows it.',
};

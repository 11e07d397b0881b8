import { join } from 'node:path';
import { type McpClient, typedEntry } from './client.ts';

/**
 * code.visualstudio.com, "MCP configuration reference": `.vscode/mcp.json` in the workspace, servers under
 * `servers`; an input of type promptString is asked for once and kept in the system's secret storage.
 */
export const vscode: McpClient = {
  name: 'vscode',
  title: 'VS Code',
  scope: 'project',
  file: ({ cwd }) => join(cwd, '.vscode', 'mcp.json'),
  section: 'servers',
  keyReference: (server) => `\${input:${inputId(server)}}`,
  entry: typedEntry,
  additions: ({ needsKey }, server) =>
    needsKey
      ? {
          inputs: [
            {
              type: 'promptString',
              id: inputId(server),
              description: `API key of ${server}`,
              password: true,
            },
          ],
        }
      : {},
  command: (server, link) =>
    link.needsKey
      ? undefined
      : ['code', '--add-mcp', JSON.stringify({ name: server, ...typedEntry(link, '') })],
  next: 'Open the file in VS Code and press Start above the server; it asks for the key once.',
};

function inputId(server: string): string {
  return `${server}-api-key`;
}

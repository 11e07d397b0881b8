import { join } from 'node:path';
import { type McpClient, type Place, untypedEntry } from './client.ts';

/**
 * modelcontextprotocol.io, "Connect to local MCP servers": `claude_desktop_config.json` starts programs only; remote
 * servers are added in the settings, which have no place for an API key. Its `env` is taken literally.
 */
export const claudeDesktop: McpClient = {
  name: 'claude-desktop',
  title: 'Claude Desktop',
  stdioOnly: true,
  scope: 'user',
  file: (place) => join(configFolder(place), 'Claude', 'claude_desktop_config.json'),
  section: 'mcpServers',
  keyReference: () => undefined,
  entry: untypedEntry,
  next: 'Quit Claude Desktop and start it again: it reads the file when it starts.',
};

function configFolder({ home, platform, env }: Place): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (platform === 'win32') return env.APPDATA || join(home, 'AppData', 'Roaming');
  return env.XDG_CONFIG_HOME || join(home, '.config');
}

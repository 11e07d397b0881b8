import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/**
 * Starts an MCP server over stdio on an empty folder and asks for its tools, so that what is written about them is true.
 *
 * @param args of node; the folder's path is put in the place of FOLDER, in the environment too
 */
export async function listTools(args, env = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-bundle-'));
  const filled = (text) => text.replace('FOLDER', folder);
  const client = new Client({ name: 'bundle', version: '1' });
  try {
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: args.map(filled),
        cwd: folder,
        stderr: 'ignore',
        env: {
          ...getDefaultEnvironment(),
          MCP_S3_STATE_DIR: path.join(folder, '.state'),
          ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
        },
      }),
    );
    const { tools } = await client.listTools();
    return tools.map(({ name, description }) => ({ name, description: firstSentence(description) }));
  } finally {
    await client.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function firstSentence(text = '') {
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

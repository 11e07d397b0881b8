/**
 * The server as the conformance suites want it: its own MCP endpoint and its own HTTP chain, with the suites' fixture
 * tools and prompts defined by our own means instead of the product's. No key, because the suites cannot send one.
 *
 *   node --import tsx/esm test/support/conformance-server.ts PORT FOLDER
 */
import { Writable } from 'node:stream';
import { z } from 'zod';
import { createCore } from '../../server/core.ts';
import { ServiceError } from '../../server/errors.ts';
import { DrainState } from '../../server/http/drain.ts';
import { LOOPBACK_HOSTS } from '../../server/http/host-guard.ts';
import { createHttpApp } from '../../server/http/http-app.ts';
import { Listener } from '../../server/http/listener.ts';
import { mcpHandlers } from '../../server/http/routes/mcp.ts';
import { createMcpEndpoint } from '../../server/mcp/mcp-endpoint.ts';
import { completeKey } from '../../server/mcp/prompts/complete-keys.ts';
import type { Prompt } from '../../server/mcp/prompts/prompt.ts';
import { PROMPTS } from '../../server/mcp/prompts/prompt-list.ts';
import { defineTool, READ_ONLY, type Tool } from '../../server/mcp/tool.ts';
import { TOOLS } from '../../server/mcp/tool-list.ts';

const simpleText = defineTool({
  name: 'test_simple_text',
  title: 'Simple text',
  description: 'Answers with one text.',
  input: z.strictObject({}),
  annotations: READ_ONLY,
  run: async () => ({ text: 'This is a simple text response for testing.' }),
});

/** Does what any tool of ours can do about logging to the client: nothing. */
const logging = defineTool({
  name: 'test_logging_tool',
  title: 'Logging',
  description: 'Answers with one text.',
  input: z.strictObject({}),
  annotations: READ_ONLY,
  run: async () => ({ text: 'Nothing was logged to the client.' }),
});

const failing = defineTool({
  name: 'test_error_handling',
  title: 'Failure',
  description: 'Always fails.',
  input: z.strictObject({}),
  annotations: READ_ONLY,
  run: async () => {
    throw new ServiceError('bad_request', 'This tool intentionally returns an error for testing');
  },
});

const withProgress = defineTool({
  name: 'test_tool_with_progress',
  title: 'Progress',
  description: 'Reports progress three times.',
  input: z.strictObject({}),
  annotations: READ_ONLY,
  slow: true,
  async run(_args, { onProgress }) {
    for (const done of [0, 50, 100]) {
      onProgress?.({ done, total: 100 });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { text: 'done' };
  },
});

const FIXTURES: readonly Tool[] = [simpleText, logging, failing, withProgress];

const simplePrompt: Prompt = {
  name: 'test_simple_prompt',
  title: 'Simple prompt',
  description: 'One text.',
  arguments: [],
  text: () => 'This is a simple prompt for testing.',
};

const promptWithArguments: Prompt = {
  name: 'test_prompt_with_arguments',
  title: 'Prompt with arguments',
  description: 'Says what it was given.',
  arguments: [
    { name: 'arg1', title: 'First', description: 'A key.', required: true, complete: completeKey },
    { name: 'arg2', title: 'Second', description: 'Any text.', required: true },
  ],
  text: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
};

const [port, folder] = process.argv.slice(2);
if (port === undefined || folder === undefined) throw new Error('give a port and a folder');

const version = '0.0.0-test';
const bodyLimit = 1024 * 1024;
const deadlineMs = 60_000;
// What is refused on purpose fills no log.
const logDestination = new Writable({ write: (_chunk, _encoding, done) => done() });
const core = await createCore({ storage: { kind: 'folder', folder }, version, logDestination });
const prompts = [...PROMPTS, simplePrompt, promptWithArguments];
const mcp = createMcpEndpoint({ ...core, tools: [...TOOLS, ...FIXTURES], prompts, version, bodyLimit });
const drain = new DrainState();
const handler = createHttpApp({
  ...core,
  mcp: mcpHandlers(mcp, { bodyLimit, deadlineMs }),
  drain,
  now: core.clock.monotonic,
  version,
  allowedHosts: () => LOOPBACK_HOSTS,
  corsOrigins: [],
  bodyLimit,
  deadlineMs,
});
await new Listener(handler, drain).listen({ host: '127.0.0.1', port: Number(port) });

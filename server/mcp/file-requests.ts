import type { Server, ServerContext } from '@modelcontextprotocol/server';
import { ServiceError } from '../errors.ts';
import type { CallScope } from './mcp-server.ts';
import { type CompletionRequest, complete } from './prompts/complete.ts';
import { type Prompt, writePrompt } from './prompts/prompt.ts';
import { PROMPTS } from './prompts/prompt-list.ts';
import { orProtocolError } from './protocol-failure.ts';
import { quoted } from './quoted.ts';
import { readResource } from './resources/read-resource.ts';
import { listResources, listTemplates } from './resources/resource-list.ts';
import type { ToolServices } from './tool.ts';

export interface FileRequestParts extends ToolServices {
  /** Those of the product by default. */
  prompts?: readonly Prompt[];
}

/**
 * What a server offers besides tools. No `logging`: the level that a client of 2025-11-25 sets would have to be kept
 * between requests, which any process may answer, and 2026-07-28 has deprecated it. No `subscribe` and no
 * `listChanged`: nobody watches the bucket.
 */
export const FILE_CAPABILITIES = { resources: {}, prompts: {}, completions: {} };

/** Answers for resources, prompts and completion. */
export function handleFileRequests(server: Server, parts: FileRequestParts, scope: CallScope): void {
  const { store, prompts = PROMPTS } = parts;
  const within = <T>({ mcpReq }: ServerContext, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const signal = AbortSignal.any([mcpReq.signal, scope.signal]);
    return orProtocolError(scope, signal, () => work(signal));
  };
  server.setRequestHandler('resources/list', ({ params }, context) =>
    within(context, (signal) => listResources(store, params?.cursor, signal)),
  );
  server.setRequestHandler('resources/templates/list', () => listTemplates(store.bucket));
  server.setRequestHandler('resources/read', ({ params }, context) =>
    within(context, (signal) => readResource(params.uri, { ...parts, signal, note: scope.note })),
  );
  server.setRequestHandler('prompts/list', () => ({ prompts: prompts.map(describePrompt) }));
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    within(context, async () => {
      const prompt = promptOf(prompts, params.name);
      const text = writePrompt(prompt, params.arguments ?? {});
      return {
        description: prompt.description,
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
      };
    }),
  );
  server.setRequestHandler('completion/complete', ({ params }, context) =>
    within(context, (signal) => complete(params as CompletionRequest, prompts, store, signal)),
  );
}

function describePrompt({ name, title, description, arguments: args }: Prompt) {
  return {
    name,
    title,
    description,
    arguments: args.map(({ complete: _, required = false, ...described }) => ({ ...described, required })),
  };
}

function promptOf(prompts: readonly Prompt[], name: string): Prompt {
  const found = prompts.find((prompt) => prompt.name === name);
  if (found !== undefined) return found;
  const names = prompts.map((prompt) => prompt.name).join(', ');
  throw new ServiceError('bad_request', `no prompt ${quoted(name)}: there are ${names}`);
}

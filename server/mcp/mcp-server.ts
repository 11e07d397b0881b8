import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { PRODUCT } from '../names.ts';
import { describeIssues } from '../zod-issues.ts';
import { FILE_CAPABILITIES, type FileRequestParts, handleFileRequests } from './file-requests.ts';
import { instructions } from './instructions.ts';
import { runTool } from './run-tool.ts';
import type { Tool, ToolContext, ToolNote } from './tool.ts';
import { failureResult } from './tool-result.ts';

export interface McpServerParts extends FileRequestParts {
  tools: readonly Tool[];
  version: string;
}

/** What the HTTP side knows of the request that is being answered. */
export interface CallScope {
  requestId: string;
  /** Aborted at the deadline, and when the client leaves: `notifications/cancelled` may reach another process. */
  signal: AbortSignal;
  note: (fields: ToolNote) => void;
  /** Told of a failure that only the log may know. */
  onFailure: (error: unknown) => void;
}

/**
 * Makes the servers that answer `/mcp`, one per request: no state is kept between requests, so any process can
 * answer any of them. All that can be made beforehand is.
 *
 * The low-level Server is used because it takes ready-made schemas: registering each tool again for every request
 * costs more than most calls.
 */
export function mcpServerFactory(parts: McpServerParts): (scope: CallScope) => Server {
  const byName = new Map(parts.tools.map((tool) => [tool.name, tool]));
  const listed = parts.tools.map(describeTool);
  const options = {
    capabilities: { tools: {}, ...FILE_CAPABILITIES },
    instructions: instructions(parts.store.bucket, [...byName.keys()]),
  };
  return (scope) => {
    const server = new Server({ name: PRODUCT, version: parts.version }, options);
    server.setRequestHandler('tools/list', () => ({ tools: listed }));
    server.setRequestHandler('tools/call', ({ params }, context) => {
      const tool = byName.get(params.name);
      if (tool === undefined) {
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `Unknown tool: ${params.name.slice(0, 100)}`,
        );
      }
      return callTool(tool, params.arguments ?? {}, parts, scope, context);
    });
    handleFileRequests(server, parts, scope);
    return server;
  };
}

function describeTool({ name, title, description, input, output, annotations }: Tool) {
  return {
    name,
    title,
    description,
    inputSchema: jsonSchema(input, 'input'),
    ...(output === undefined ? {} : { outputSchema: jsonSchema(output, 'output') }),
    annotations: { title, ...annotations },
  };
}

/** JSON Schema of an object, without the dialect that MCP implies. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): { type: 'object' } {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io });
  return described as { type: 'object' };
}

async function callTool(
  tool: Tool,
  args: unknown,
  parts: McpServerParts,
  scope: CallScope,
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) {
    const message = `invalid arguments for ${tool.name}: ${describeIssues(parsed.error)}`;
    return failureResult(new ServiceError('bad_request', message), scope.requestId);
  }
  const signal = AbortSignal.any([mcpReq.signal, scope.signal]);
  const progressToken = mcpReq._meta?.progressToken;
  return runTool(tool, parsed.data, parts, scope, {
    signal,
    ...(progressToken === undefined
      ? {}
      : { onProgress: (progress) => report(mcpReq, progressToken, progress) }),
  });
}

function report(
  mcpReq: ServerContext['mcpReq'],
  progressToken: string | number,
  { done, total, message }: Parameters<NonNullable<ToolContext['onProgress']>>[0],
): void {
  const params = {
    progressToken,
    progress: done,
    ...(total === undefined ? {} : { total }),
    ...(message === undefined ? {} : { message }),
  };
  // A client that left hears nothing any more; its call is aborted by its signal.
  mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
}

import type { CallToolResult } from '@modelcontextprotocol/server';
import type { CallScope } from './mcp-server.ts';
import type { Tool, ToolContext, ToolServices } from './tool.ts';
import { failureResult, isOurs, successResult } from './tool-result.ts';

/** Runs a tool on arguments that its schema has passed. A failure is a result too: a model reads it. */
export async function runTool(
  tool: Tool,
  args: Parameters<Tool['run']>[0],
  services: ToolServices,
  scope: Pick<CallScope, 'requestId' | 'note' | 'onFailure'>,
  { signal, onProgress }: Pick<ToolContext, 'signal' | 'onProgress'>,
): Promise<CallToolResult> {
  const context: ToolContext = {
    store: services.store,
    summaries: services.summaries,
    lineIndexes: services.lineIndexes,
    signal,
    note: scope.note,
    onFailure: scope.onFailure,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  try {
    return successResult(await tool.run(args, context));
  } catch (error) {
    // Whatever the work made of its end: when it was ended, the reason is what counts.
    const failure = signal.aborted ? signal.reason : error;
    if (!signal.aborted && isOurs(failure)) scope.onFailure(failure);
    return failureResult(failure, scope.requestId);
  }
}

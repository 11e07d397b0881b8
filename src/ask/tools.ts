import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { CliError, failed } from '../errors.ts';
import { CALL_MS } from '../service/mcp-client.ts';

/** A tool as the service describes it. */
export interface ListedTool {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export interface ToolAnswer {
  /** What the model gets: the JSON where the answer is data, else the texts. */
  text: string;
  /** The texts as they came, the file's content first. */
  texts: string[];
  structured: Record<string, unknown> | undefined;
  isError: boolean;
}

/** The service's tools that only look. A question never writes, whatever a file tells the model to do. */
export async function readOnlyTools(client: Client, signal: AbortSignal): Promise<ListedTool[]> {
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, { signal });
    for (const { name, description = '', inputSchema, annotations } of page.tools) {
      if (annotations?.readOnlyHint === true) tools.push({ name, description, inputSchema });
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  if (tools.length === 0) throw failed('no_tools', 'the service offers no tools that read files');
  return tools;
}

/**
 * Calls one tool. What the service refuses is an answer for the model too; only what ends everything (a refused key,
 * a service that is gone, Ctrl-C) is thrown.
 */
export async function callTool(
  client: Client,
  name: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  try {
    // The client leaves a listener on the signal of each call.
    const options = { signal: AbortSignal.any([signal]), timeout: CALL_MS };
    const result = await client.callTool({ name, arguments: input }, undefined, options);
    const content = (result.content ?? []) as { type: string; text?: string }[];
    const texts = content.flatMap(({ text }) => (text === undefined ? [] : [text]));
    const structured = result.structuredContent as Record<string, unknown> | undefined;
    const text = structured === undefined ? texts.join('\n\n') : JSON.stringify(structured);
    return { text, texts, structured, isError: result.isError === true };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError || !(error instanceof McpError)) throw error;
    const text = error.message.replace(/^MCP error -?\d+: /, '');
    return { text, texts: [text], structured: undefined, isError: true };
  }
}

import type { McpMessage } from '../targets/mcp-channel.ts';

/** MCP 2026-07-28, "Request metadata": where a stateless request says which revision it speaks. */
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

/** SEP-2243, "Standard Request Headers": the field of the parameters that Mcp-Name repeats. */
const NAME_FIELD: Record<string, string> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/**
 * The headers that Streamable HTTP asks for and stdio has no place for.
 *
 * @param negotiated revision that `initialize` agreed on, for the generation that keeps it per connection
 */
export function mcpHeaders(
  { method, params }: McpMessage,
  negotiated: string | undefined,
): Record<string, string> {
  const meta = params?._meta as Record<string, unknown> | undefined;
  const version = meta?.[VERSION_KEY];
  if (typeof version !== 'string') {
    return negotiated === undefined || method === 'initialize' ? {} : { 'mcp-protocol-version': negotiated };
  }
  const headers: Record<string, string> = { 'mcp-protocol-version': version };
  if (method === undefined) return headers;
  headers['mcp-method'] = headerValue(method);
  const name = params?.[NAME_FIELD[method] ?? ''];
  if (typeof name === 'string') headers['mcp-name'] = headerValue(name);
  return headers;
}

/** SEP-2243, "Value encoding": what a header cannot carry as it is travels in Base64 between two marks. */
function headerValue(value: string): string {
  const plain = /^[\t\x20-\x7e]+$/.test(value) && value === value.trim() && !/^=\?base64\?.*\?=$/.test(value);
  return plain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

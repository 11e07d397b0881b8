import type { McpMessage } from '../targets/mcp-channel.ts';

export type RequestId = string | number;

/** JSON-RPC 2.0, section 5.1. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INTERNAL_ERROR = -32603;

export interface RpcRequest extends McpMessage {
  id: RequestId;
  method: string;
}

export function isRequest(message: McpMessage): message is RpcRequest {
  return typeof message.method === 'string' && isId(message.id);
}

/** The id that an answer belongs to; undefined for what is no answer. */
export function answeredId({ method, id }: McpMessage): RequestId | undefined {
  return method === undefined && isId(id) ? id : undefined;
}

/** The request that a client no longer waits for, where the message says that. */
export function cancelledId({ method, params }: McpMessage): RequestId | undefined {
  const id = method === 'notifications/cancelled' ? params?.requestId : undefined;
  return isId(id) ? id : undefined;
}

export function errorAnswer(
  id: RequestId | null,
  code: number,
  message: string,
  data?: Record<string, unknown>,
): McpMessage {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

/** What keeps a value from being a JSON-RPC message; undefined for one that is good. */
export function flaw(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'batches are no part of MCP: send one message a line';
  if (typeof value !== 'object' || value === null) return 'a message is a JSON object';
  const { jsonrpc, method, id, result, error } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0') return 'jsonrpc must be "2.0"';
  if (id !== undefined && id !== null && !isId(id)) return 'id must be a string or a number';
  if (method === undefined && result === undefined && error === undefined) return 'method is missing';
  return method === undefined || typeof method === 'string' ? undefined : 'method must be a string';
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || typeof id === 'number';
}

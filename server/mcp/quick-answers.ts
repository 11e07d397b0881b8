import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { CallScope, McpServerParts } from './mcp-server.ts';
import { type Generation, isObject, type PlainCall, PlainCalls, STATELESS_REVISION } from './plain-call.ts';
import { runTool } from './run-tool.ts';

/** Lists that are the same for everybody as long as the process lives. */
const STATIC_LISTS: ReadonlySet<string> = new Set(['tools/list', 'prompts/list', 'resources/templates/list']);
const SESSION_REVISIONS: ReadonlySet<string> = new Set(SUPPORTED_PROTOCOL_VERSIONS);
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

/** Asks the library for a list. @returns its result as JSON; undefined when it answers with an error */
export type AskLibrary = (
  method: string,
  generation: Generation,
  scope: CallScope,
) => Promise<string | undefined>;

type PlainRequest = { id: string | number; method: string; params?: unknown };

/**
 * Answers over HTTP what most requests are, without the library, which costs several times what a bare handler does:
 * the perfect `tools/call` and the static lists. Whatever is not exactly as its generation has it (headers, body,
 * metadata) is declined and the library's business; both answers are the same.
 */
export class QuickAnswers {
  private readonly parts: McpServerParts;
  private readonly ask: AskLibrary;
  private readonly plain: PlainCalls;
  private readonly lists = new Map<string, Promise<string | undefined>>();

  constructor(parts: McpServerParts, ask: AskLibrary) {
    this.parts = parts;
    this.ask = ask;
    this.plain = new PlainCalls(parts);
  }

  /** Answers the request. Undefined, or a promise of false, where the library must see it. */
  take(
    { method, headers }: { method?: string; headers: IncomingHttpHeaders },
    response: ServerResponse,
    body: unknown,
    scope: CallScope,
  ): Promise<boolean> | undefined {
    if (method !== 'POST' || !isPlainRequest(body)) return undefined;
    const generation = generationOf(headers, body);
    if (generation === undefined) return undefined;
    if (body.method === 'tools/call') {
      const call = this.plain.find(body.params, generation);
      return call && this.call(call, body.id, generation, response, scope);
    }
    const isList = STATIC_LISTS.has(body.method) && this.plain.asksNothing(body.params, generation);
    return isList ? this.list(body, generation, response, scope) : undefined;
  }

  private async call(
    { tool, args }: PlainCall,
    id: string | number,
    generation: Generation,
    response: ServerResponse,
    scope: CallScope,
  ): Promise<true> {
    const result = await runTool(tool, args, this.parts, scope, scope);
    send(response, generation, JSON.stringify(this.plain.answer(id, result, generation)));
    return true;
  }

  private async list(
    { id, method }: PlainRequest,
    generation: Generation,
    response: ServerResponse,
    scope: CallScope,
  ): Promise<boolean> {
    const name = `${generation} ${method}`;
    let list = this.lists.get(name);
    if (list === undefined) {
      list = this.ask(method, generation, scope);
      this.lists.set(name, list);
    }
    const result = await list;
    if (result === undefined) return false;
    send(response, generation, `{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`);
    return true;
  }
}

/** Whether the body is one JSON-RPC request and nothing besides. */
function isPlainRequest(body: unknown): body is PlainRequest {
  if (!isObject(body) || body.jsonrpc !== '2.0' || typeof body.method !== 'string') return false;
  for (const name in body) {
    if (name !== 'jsonrpc' && name !== 'id' && name !== 'method' && name !== 'params') return false;
  }
  return typeof body.id === 'string' || Number.isSafeInteger(body.id);
}

/** The generation that the headers are perfect for, if any. */
function generationOf(
  headers: IncomingHttpHeaders,
  { method, params }: PlainRequest,
): Generation | undefined {
  const { accept, 'content-type': type, 'mcp-protocol-version': revision } = headers;
  if (!accept?.includes('application/json') || !accept.includes('text/event-stream')) return undefined;
  if (type === undefined || !(type === 'application/json' || JSON_TYPE.test(type))) return undefined;
  if (revision === STATELESS_REVISION) {
    const name = method === 'tools/call' ? (params as { name?: unknown } | undefined)?.name : undefined;
    return headers['mcp-method'] === method && headers['mcp-name'] === name ? 'stateless' : undefined;
  }
  return revision === undefined || SESSION_REVISIONS.has(revision as string) ? 'session' : undefined;
}

/** Writes as the library does: the older generation's answers are streams of one event. */
function send(response: ServerResponse, generation: Generation, message: string): void {
  if (response.destroyed) return;
  const isStream = generation === 'session';
  const text = isStream ? `event: message\ndata: ${message}\n\n` : message;
  response.statusCode = 200;
  response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
  if (isStream) {
    response.setHeader('cache-control', 'no-cache, no-transform');
    response.setHeader('x-accel-buffering', 'no');
  }
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}

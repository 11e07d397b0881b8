import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { PRODUCT } from '../names.ts';
import type { McpServerParts } from './mcp-server.ts';
import type { Tool } from './tool.ts';

/** MCP 2026-07-28, "Request metadata": what a stateless request says of itself and of its client. */
const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const CLIENT = 'io.modelcontextprotocol/clientInfo';
const SERVER = 'io.modelcontextprotocol/serverInfo';
export const STATELESS_REVISION = '2026-07-28';
/** Clients are of few kinds; what they say of themselves is remembered for so many. */
const KNOWN_CLIENTS = 100;

/** The two protocol generations: up to 2025-11-25, and from 2026-07-28 on. */
export type Generation = 'session' | 'stateless';

export interface PlainCall {
  tool: Tool;
  args: Parameters<Tool['run']>[0];
}

/** Tells the requests that ask for nothing special, which we can answer as the library would, but sooner. */
export class PlainCalls {
  private readonly tools: Map<string, Tool>;
  private readonly extras: Record<Generation, object>;
  private readonly goodMeta = new Set<string>();

  constructor({ tools, version }: Pick<McpServerParts, 'tools' | 'version'>) {
    // Slow ones report progress and are few.
    this.tools = new Map(tools.filter((tool) => !tool.slow).map((tool) => [tool.name, tool]));
    const _meta = { [SERVER]: { name: PRODUCT, version } };
    this.extras = { session: {}, stateless: { resultType: 'complete', _meta } };
  }

  /** The call of these parameters; undefined where the library must see them. */
  find(params: unknown, generation: Generation): PlainCall | undefined {
    if (!isObject(params) || !this.hasOnly(params, generation, isOfCall)) return undefined;
    const tool = this.tools.get(params.name as string);
    const args = params.arguments === null ? undefined : tool?.input.safeParse(params.arguments ?? {});
    return tool !== undefined && args?.success ? { tool, args: args.data } : undefined;
  }

  /** Whether the parameters hold nothing but what the generation says of every request. */
  asksNothing(params: unknown, generation: Generation): boolean {
    if (params === undefined) return generation === 'session';
    return isObject(params) && this.hasOnly(params, generation, () => false);
  }

  /** The whole answer. */
  answer(id: string | number, result: object, generation: Generation) {
    return { result: { ...result, ...this.extras[generation] }, jsonrpc: '2.0' as const, id };
  }

  private hasOnly(
    params: Record<string, unknown>,
    generation: Generation,
    known: (name: string) => boolean,
  ): boolean {
    for (const name in params) if (name !== '_meta' && !known(name)) return false;
    return generation === 'session' ? params._meta === undefined : this.isGood(params._meta);
  }

  /** Whether a stateless request's metadata is good, asks for no progress, and holds nothing unknown. */
  private isGood(meta: unknown): boolean {
    if (!isObject(meta) || meta[VERSION] !== STATELESS_REVISION) return false;
    for (const name in meta) if (name !== VERSION && name !== CAPABILITIES && name !== CLIENT) return false;
    const text = JSON.stringify(meta);
    if (this.goodMeta.has(text)) return true;
    if (!isAccepted(meta)) return false;
    if (this.goodMeta.size >= KNOWN_CLIENTS) this.goodMeta.clear();
    this.goodMeta.add(text);
    return true;
  }
}

/** The library's own verdict, which costs more than a small file. */
function isAccepted(_meta: Record<string, unknown>): boolean {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } };
  const headers = { protocolVersionHeader: STATELESS_REVISION, mcpMethodHeader: body.method };
  return classifyInboundRequest({ httpMethod: 'POST', ...headers, body }).kind === 'modern';
}

/** What a stateless request of a client without abilities says of itself. */
export function statelessMeta(client: { name: string; version: string }): Record<string, unknown> {
  return { [VERSION]: STATELESS_REVISION, [CAPABILITIES]: {}, [CLIENT]: client };
}

const isOfCall = (name: string): boolean => name === 'name' || name === 'arguments';

/** Whether a request's metadata names the revision of the stateless generation. */
export function isStateless(params: Record<string, unknown> | undefined): boolean {
  return isObject(params?._meta) && params._meta[VERSION] === STATELESS_REVISION;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

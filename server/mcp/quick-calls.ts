import { PRODUCT } from '../names.ts';
import type { McpMessage } from './mcp-channel.ts';
import type { CallScope, McpServerParts } from './mcp-server.ts';
import { runTool } from './run-tool.ts';

/** MCP 2026-07-28, "Request metadata": what a stateless request says of itself and of its client. */
const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const CLIENT = 'io.modelcontextprotocol/clientInfo';
const SERVER = 'io.modelcontextprotocol/serverInfo';
const STATELESS_REVISION = '2026-07-28';

type Generation = 'session' | 'stateless';

/**
 * Answers the perfect `tools/call` (a known tool, good arguments, nothing special asked) without the library, which
 * costs more than reading a small file. All else is the library's: this declines, and the answers are the same.
 */
export class QuickCalls {
  private readonly parts: McpServerParts;
  private readonly scope: CallScope;
  private readonly tools: Map<string, McpServerParts['tools'][number]>;
  private readonly running = new Map<string | number, AbortController>();
  private readonly extras: Record<Generation, object>;
  /** Of the connection, once the library has accepted it. */
  private generation: Generation | undefined;

  constructor(parts: McpServerParts, scope: CallScope) {
    this.parts = parts;
    this.scope = scope;
    // Slow ones report progress and are few.
    this.tools = new Map(parts.tools.filter((tool) => !tool.slow).map((tool) => [tool.name, tool]));
    const _meta = { [SERVER]: { name: PRODUCT, version: parts.version } };
    this.extras = { session: {}, stateless: { resultType: 'complete', _meta } };
  }

  /** Learns the connection's generation from a request that the library answered well. */
  learn(request: McpMessage): void {
    if (this.generation !== undefined || request.method === 'server/discover') return;
    const meta = request.params?._meta as Record<string, unknown> | undefined;
    if (meta?.[VERSION] === STATELESS_REVISION) this.generation = 'stateless';
    else if (request.method === 'initialize') this.generation = 'session';
  }

  /** Starts the call and gives its answer to `send`; false where the library must see the message. */
  take(message: McpMessage, send: (answer: McpMessage) => void): boolean {
    const { method, id, params } = message;
    if (method === 'notifications/cancelled') return this.cancel(params?.requestId);
    if (method !== 'tools/call' || id === undefined || id === null || params === undefined) return false;
    const generation = this.generation;
    if (generation === undefined || !isPlain(params, generation) || this.running.has(id)) return false;
    const tool = this.tools.get(params.name as string);
    const args = tool?.input.safeParse(params.arguments ?? {});
    if (tool === undefined || !args?.success) return false;
    const controller = new AbortController();
    this.running.set(id, controller);
    void runTool(tool, args.data, this.parts, this.scope, controller).then((result) => {
      this.running.delete(id);
      if (controller.signal.aborted) return;
      send({ result: { ...result, ...this.extras[generation] }, jsonrpc: '2.0', id });
    });
    return true;
  }

  close(): void {
    for (const controller of this.running.values()) controller.abort(new Error('the client has gone'));
  }

  private cancel(id: unknown): boolean {
    const controller = this.running.get(id as string | number);
    controller?.abort(new Error('cancelled by the client'));
    return controller !== undefined;
  }
}

/** Whether the parameters hold nothing but the call, and what the generation says of every request. */
function isPlain(params: Record<string, unknown>, generation: Generation): boolean {
  for (const name in params) if (name !== 'name' && name !== 'arguments' && name !== '_meta') return false;
  const meta = params._meta;
  if (generation === 'session') return meta === undefined;
  if (!isObject(meta) || meta[VERSION] !== STATELESS_REVISION || !isObject(meta[CAPABILITIES])) return false;
  for (const name in meta) if (name !== VERSION && name !== CAPABILITIES && name !== CLIENT) return false;
  const client = meta[CLIENT];
  return isObject(client) && typeof client.name === 'string' && typeof client.version === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

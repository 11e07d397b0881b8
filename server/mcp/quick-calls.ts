import type { McpMessage } from './mcp-channel.ts';
import type { CallScope, McpServerParts } from './mcp-server.ts';
import { type Generation, isStateless, PlainCalls } from './plain-call.ts';
import { runTool } from './run-tool.ts';

/**
 * Answers the perfect `tools/call` of a channel (a known tool, good arguments, nothing special asked) without the
 * library, which costs more than reading a small file. All else is the library's: this declines, and the answers are
 * the same.
 */
export class QuickCalls {
  private readonly parts: McpServerParts;
  private readonly scope: CallScope;
  private readonly plain: PlainCalls;
  private readonly running = new Map<string | number, AbortController>();
  /** Of the connection, once the library has accepted it. */
  private generation: Generation | undefined;

  constructor(parts: McpServerParts, scope: CallScope) {
    this.parts = parts;
    this.scope = scope;
    this.plain = new PlainCalls(parts);
  }

  /** Learns the connection's generation from a request that the library answered well. */
  learn(request: McpMessage): void {
    if (this.generation !== undefined || request.method === 'server/discover') return;
    if (isStateless(request.params)) this.generation = 'stateless';
    else if (request.method === 'initialize') this.generation = 'session';
  }

  /** Starts the call and gives its answer to `send`; false where the library must see the message. */
  take(message: McpMessage, send: (answer: McpMessage) => void): boolean {
    const { method, id, params } = message;
    if (method === 'notifications/cancelled') return this.cancel(params?.requestId);
    if (method !== 'tools/call' || id === undefined || id === null) return false;
    const { generation } = this;
    if (generation === undefined || this.running.has(id)) return false;
    const call = this.plain.find(params, generation);
    if (call === undefined) return false;
    const controller = new AbortController();
    this.running.set(id, controller);
    void runTool(call.tool, call.args, this.parts, this.scope, controller).then((result) => {
      this.running.delete(id);
      if (controller.signal.aborted) return;
      send(this.plain.answer(id, result, generation));
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

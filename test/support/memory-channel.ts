import type { McpChannel, McpMessage } from '../../src/targets/mcp-channel.ts';

/** A client's side of a channel, in memory. */
export class MemoryChannel implements McpChannel {
  onmessage?: ((message: McpMessage) => void) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  readonly received: McpMessage[] = [];
  private readonly waiting = new Map<unknown, (message: McpMessage) => void>();

  async start(): Promise<void> {}

  async send(message: McpMessage): Promise<void> {
    this.received.push(message);
    if (message.method === undefined) this.waiting.get(message.id)?.(message);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }

  tell(method: string, params?: Record<string, unknown>): void {
    this.onmessage?.({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  /** Resolves with the answer. */
  ask(id: string | number, method: string, params?: Record<string, unknown>): Promise<McpMessage> {
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.onmessage?.({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    });
  }
}

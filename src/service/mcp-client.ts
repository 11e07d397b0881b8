import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MCP_PATH, PRODUCT } from '../../server/names.ts';
import { type ServiceFetchOptions, serviceFetch } from './service-fetch.ts';

/** Milliseconds for one request: a summary of a large file takes minutes. */
export const CALL_MS = 15 * 60_000;

/**
 * Connects an MCP client of the generation that is in the field (2025-11-25) to the service's `/mcp`.
 * @param timeout milliseconds for the handshake
 */
export async function connectMcp(
  service: ServiceFetchOptions,
  signal: AbortSignal,
  timeout = CALL_MS,
): Promise<Client> {
  const client = new Client({ name: PRODUCT, version: service.version });
  const transport = new StreamableHTTPClientTransport(new URL(service.url + MCP_PATH), {
    fetch: serviceFetch(service),
  });
  const stop = () => void client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect(transport as Parameters<Client['connect']>[0], { signal, timeout });
    return client;
  } catch (error) {
    await client.close();
    signal.throwIfAborted();
    throw error;
  }
}

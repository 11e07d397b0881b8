/** Load on an MCP endpoint: perfect requests of either generation, many at a time. */
import autocannon from 'autocannon';

const CONNECTIONS = 16;
const META = 'io.modelcontextprotocol';

export type Generation = 'session' | 'stateless';

export interface Load {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** One request for `/mcp`. */
export function loadOf(url: string, generation: Generation, method: string, call?: { name: string }): Load {
  const isStateless = generation === 'stateless';
  const _meta = {
    [`${META}/protocolVersion`]: '2026-07-28',
    [`${META}/clientCapabilities`]: {},
    [`${META}/clientInfo`]: { name: 'bench', version: '1' },
  };
  const params = { ...call, ...(isStateless ? { _meta } : {}) };
  return {
    url: `${url}/mcp`,
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': isStateless ? '2026-07-28' : '2025-11-25',
      ...(isStateless ? { 'mcp-method': method } : {}),
      ...(isStateless && call ? { 'mcp-name': call.name } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  };
}

/** Asks once. @returns the result; throws for any other answer */
export async function askOnce({ url, headers, body }: Load): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const { result } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as {
    result?: { isError?: boolean };
  };
  if (result === undefined || result.isError) throw new Error(`${url}: ${response.status} ${text}`);
  return result as Record<string, unknown>;
}

export interface Measured {
  /** Requests a second. */
  rate: number;
  /** Milliseconds that 99 of 100 answers took at most. */
  p99: number;
}

export async function measure({ url, headers, body }: Load, seconds: number): Promise<Measured> {
  const result = await autocannon({
    url,
    method: 'POST',
    headers,
    body,
    connections: CONNECTIONS,
    duration: seconds,
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: ${result.non2xx + result.errors} failures`);
  return { rate: result.requests.total / result.duration, p99: result.latency.p99 };
}

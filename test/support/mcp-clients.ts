import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { TEST_KEY } from './app.ts';

const INFO = { name: 'test', version: '1' };

/** One HTTP exchange of a client. */
export interface Exchange {
  method: string;
  status: number;
}

/** What the tests need of a client, whichever generation it is of. */
export interface TestClient {
  listTools(): Promise<{ tools: ListedTool[] }>;
  callTool(name: string, args?: object, options?: CallOptions): Promise<ToolAnswer>;
  instructions(): string | undefined;
  exchanges: Exchange[];
  /** Resources, prompts and completion, as both clients have them. */
  sdk: SdkClient;
  close(): Promise<void>;
}

export interface SdkClient {
  getServerCapabilities(): object | undefined;
  listResources(params?: { cursor?: string }): Promise<{ resources: ListedResource[]; nextCursor?: string }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string; name: string }[] }>;
  readResource(params: { uri: string }): Promise<{ contents: ReadContents[] }>;
  listPrompts(): Promise<{ prompts: { name: string; arguments?: { name: string; required?: boolean }[] }[] }>;
  getPrompt(params: {
    name: string;
    arguments?: Record<string, string>;
  }): Promise<{ messages: { role: string; content: { type: string; text?: string } }[] }>;
  complete(params: {
    ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
    argument: { name: string; value: string };
  }): Promise<{ completion: { values: string[]; hasMore?: boolean; total?: number } }>;
}

export interface ListedResource {
  uri: string;
  name: string;
  size?: number;
  mimeType?: string;
}

export interface ReadContents {
  uri: string;
  mimeType?: string;
  text?: string;
  _meta?: Record<string, unknown>;
}

export interface ListedTool {
  name: string;
  description?: string | undefined;
  inputSchema: { type: 'object'; properties?: object | undefined };
  outputSchema?: object | undefined;
  annotations?: { readOnlyHint?: boolean | undefined; destructiveHint?: boolean | undefined } | undefined;
}

export interface CallOptions {
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number | undefined }) => void;
}

export interface ToolAnswer {
  /** The texts of the answer. */
  texts: string[];
  structured: unknown;
  isError: boolean;
}

/** What is spoken to; with the key of the test app unless another is given. */
export interface Served {
  url: string;
  key?: string;
}

/** Clients of both protocol generations: what is in the field, and what replaces it. */
export const CLIENTS: Record<string, (app: Served) => Promise<TestClient>> = {
  '2025-11-25 (sdk 1)': async (app) => {
    const client = new OldClient(INFO);
    const { exchanges, options } = watched(app.key);
    const transport = new OldTransport(new URL(`${app.url}/mcp`), options);
    await client.connect(transport as Parameters<OldClient['connect']>[0]);
    return {
      exchanges,
      sdk: client as unknown as SdkClient,
      listTools: () => client.listTools() as Promise<{ tools: ListedTool[] }>,
      callTool: async (name, args = {}, how = {}) =>
        toolAnswer(await client.callTool({ name, arguments: { ...args } }, undefined, how)),
      instructions: () => client.getInstructions(),
      close: () => client.close(),
    };
  },
  '2026-07-28 (client 2)': async (app) => {
    const client = new NewClient(INFO, { versionNegotiation: { mode: 'auto' } });
    const { exchanges, options } = watched(app.key);
    await client.connect(new NewTransport(new URL(`${app.url}/mcp`), options));
    return {
      exchanges,
      sdk: client as unknown as SdkClient,
      listTools: () => client.listTools() as Promise<{ tools: ListedTool[] }>,
      callTool: async (name, args = {}, how = {}) =>
        toolAnswer(await client.callTool({ name, arguments: { ...args } }, how)),
      instructions: () => client.getInstructions(),
      close: () => client.close(),
    };
  },
};

function watched(key = TEST_KEY) {
  const exchanges: Exchange[] = [];
  const watchedFetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url, init);
    exchanges.push({ method: init?.method ?? 'GET', status: response.status });
    return response;
  };
  return { exchanges, options: { requestInit: { headers: { 'x-api-key': key } }, fetch: watchedFetch } };
}

function toolAnswer(result: object): ToolAnswer {
  const { content, structuredContent, isError } = result as {
    content: { type: string; text: string }[];
    structuredContent?: unknown;
    isError?: boolean;
  };
  return { texts: content.map(({ text }) => text), structured: structuredContent, isError: isError === true };
}

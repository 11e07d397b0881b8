import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { RequestHandler } from 'express';
import { register } from './register.ts';
import type { ReadText } from './serve.ts';

/** As sdk/examples/server/simpleStatelessStreamableHttp.js does it: a server and a transport for each request. */
export function sdk1Handler(read: ReadText): RequestHandler {
  return async (request, response) => {
    const server = new McpServer({ name: 'peer', version: '1.0.0' });
    register(server as never, read);
    const transport = new StreamableHTTPServerTransport({} as never);
    response.on('close', () => {
      void transport.close();
      void server.close();
    });
    await server.connect(transport as never);
    await transport.handleRequest(request, response, request.body);
  };
}

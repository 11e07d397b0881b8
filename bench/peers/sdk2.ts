/** `createMcpHandler` of `@modelcontextprotocol/server`, as its README has it: both generations. */
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { register } from './register.ts';
import { fromFolder, serve } from './serve.ts';

const answer = toNodeHandler(
  createMcpHandler(() => {
    const server = new McpServer({ name: 'peer', version: '1.0.0' });
    register(server as never, fromFolder);
    return server;
  }),
);

serve((request, response) => answer(request as never, response, request.body));

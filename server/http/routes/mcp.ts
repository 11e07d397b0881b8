import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { MCP_PATH } from '../../names.ts';
import { fromBodyParser, jsonBody } from '../body.ts';
import { HttpError } from '../error-table.ts';
import { isDeeperThan } from '../json-depth.ts';
import { sendJson } from '../json-response.ts';
import { contextOf, type RequestFields } from '../request-context.ts';
import { requestSignal } from '../request-signal.ts';
import type { Route } from '../route.ts';

/** Whoever speaks the protocol: given the request with its parsed body, and told what the log should know. */
export type ProtocolHandler = (
  request: Request,
  response: Response,
  body: unknown,
  scope: {
    requestId: string;
    signal: AbortSignal;
    note: (fields: RequestFields) => void;
    onFailure: (error: unknown) => void;
  },
) => Promise<void>;

/** JSON-RPC 2.0, "Error object". */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const SERVER_ERROR = -32000;

/** Levels of a message: no argument of a tool has more than three. */
const MAX_DEPTH = 100;

/** How `/mcp` is described; its methods are the protocol's business. */
export const MCP_ROUTE: Route = {
  method: 'post',
  path: MCP_PATH,
  operation: {
    id: 'callMcp',
    summary: 'Model Context Protocol, Streamable HTTP, stateless',
    description: 'Protocol generations 2025-11-25 and 2026-07-28. Use an MCP client.',
    headers: z.object({
      accept: z.literal('application/json, text/event-stream'),
      'mcp-protocol-version': z.string().optional(),
    }),
    body: z.object({ jsonrpc: z.literal('2.0'), method: z.string() }).loose(),
    responses: {
      200: {
        description: 'The answer, as one object or as a stream of events.',
        content: { 'application/json': z.looseObject({}), 'text/event-stream': z.string() },
      },
      202: { description: 'A notification was taken.' },
      400: { description: 'No message of the protocol.', content: { 'application/json': z.looseObject({}) } },
      406: {
        description: 'The answer may be an event stream.',
        content: { 'application/json': z.looseObject({}) },
      },
      413: {
        description: 'The body is above its limit.',
        content: { 'application/json': z.looseObject({}) },
      },
      415: { description: 'The body is not JSON.', content: { 'application/json': z.looseObject({}) } },
    },
  },
  handlers: [],
};

/** The handlers of `/mcp`: read the body, note what is called, hand over. Refusals are JSON-RPC, as clients expect. */
export function mcpHandlers(
  answer: ProtocolHandler,
  limits: { bodyLimit: number; deadlineMs: number },
): RequestHandler[] {
  return [readBody(limits.bodyLimit), handOver(answer, limits.deadlineMs)];
}

function readBody(bodyLimit: number): RequestHandler {
  const read = jsonBody(bodyLimit);
  return (request, response, next) => {
    read(request, response, (error?: unknown) => {
      const known = fromBodyParser(error);
      if (known === undefined) {
        if (error === undefined && isDeeperThan(request.body, MAX_DEPTH)) {
          const message = `Invalid Request: nested more than ${MAX_DEPTH} levels deep`;
          return sendJson(response, 400, rpcError(INVALID_REQUEST, message));
        }
        return next(error);
      }
      if (known instanceof HttpError && known.code === 'body_too_large') {
        return sendJson(response, 413, rpcError(SERVER_ERROR, known.message));
      }
      sendJson(response, 400, rpcError(PARSE_ERROR, `Parse error: ${known.message}`));
    });
  };
}

function handOver(answer: ProtocolHandler, deadlineMs: number): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const { method, params } = (request.body ?? {}) as { method?: unknown; params?: { name?: unknown } };
    if (typeof method === 'string') context.fields.rpc_method = method.slice(0, 100);
    if (typeof params?.name === 'string') context.fields.tool = params.name.slice(0, 100);
    await answer(request, response, request.body, {
      requestId: context.id,
      signal: requestSignal(response, deadlineMs),
      note: (fields) => void Object.assign(context.fields, fields),
      onFailure: (error) => {
        context.failure = error;
      },
    });
  };
}

function rpcError(code: number, message: string): object {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
}

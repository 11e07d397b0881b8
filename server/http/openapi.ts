import { z } from 'zod';
import { API_KEY_HEADER, PRODUCT, REQUEST_ID_HEADER } from '../names.ts';
import { GATEWAY_ANSWERS } from './gateway/gateway.ts';
import type { Operation, ResponseDescription, Route } from './route.ts';

/** Failures that any operation may answer with, besides its own. */
const COMMON: Record<number, string> = {
  400: 'The request is wrong; the message says where.',
  403: 'The key is missing or wrong (the gateway), or the host is not one of the server.',
  405: 'Another method is meant; `Allow` lists them.',
  429: 'Over the rate or the quota (the gateway).',
  431: 'The URL and the headers are larger than 16 KiB together.',
  500: 'A bug of the server.',
  502: 'The storage failed.',
  503: 'The server is stopping.',
  504: 'Not done within the deadline.',
};

/** Node's own answer, before there is a request that could be ours: it has no body. */
const HEADERS_TOO_LARGE = 431;

const serviceError = z.object({
  error: z.object({ code: z.string(), message: z.string(), request_id: z.string() }),
});
const gatewayError = z.object({
  message: z.enum(Object.values(GATEWAY_ANSWERS).map(({ message }) => message)),
});
/** What the service says itself, or the gateway in front of it. */
const failure = z.union([serviceError, gatewayError]);

/** The description of the routes in OpenAPI 3.1, made from the schemas that validate. */
export function describeApi(
  routes: readonly Route[],
  { version, asksForKey }: { version: string; asksForKey: boolean },
): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { path, method, operation } of routes) {
    paths[path] ??= {};
    paths[path][method] = describeOperation(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: PRODUCT,
      version,
      description: 'Lists, reads and summarizes the text files of a bucket. MCP clients use `/mcp`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    // Without a gateway of its own the server asks for no key, but one in front of it may.
    security: asksForKey ? [{ apiKey: [] }] : [{}, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: API_KEY_HEADER } },
    },
  };
}

function describeOperation(operation: Operation): object {
  const { id, summary, description, query, headers, body, responses } = operation;
  const parameters = [...describeParameters(query, 'query'), ...describeParameters(headers, 'header')];
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: describeResponses(responses),
  };
}

function describeParameters(schema: z.ZodObject | undefined, place: 'query' | 'header'): object[] {
  if (schema === undefined) return [];
  // What the text of a parameter is turned into says more than that it is text.
  const { properties = {}, required = [] } = schemaOf(schema, 'output') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

function describeResponses(own: Record<number, ResponseDescription>): object {
  const statuses = new Set([...Object.keys(COMMON), ...Object.keys(own)].map(Number));
  const described: Record<string, object> = {};
  for (const status of [...statuses].sort((a, b) => a - b)) {
    const response = own[status] ?? { description: COMMON[status]! };
    described[status] = describeResponse(response, status >= 400 && status !== HEADERS_TOO_LARGE);
  }
  return described;
}

function describeResponse(
  { description, content, headers }: ResponseDescription,
  isFailure: boolean,
): object {
  const bodies = content ?? (isFailure ? { 'application/json': failure } : undefined);
  return {
    description,
    headers: {
      [REQUEST_ID_HEADER]: { description: "The request's id, also in the log.", schema: { type: 'string' } },
      ...Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    },
    ...(bodies === undefined
      ? {}
      : {
          content: Object.fromEntries(
            Object.entries(bodies).map(([type, schema]) => [type, { schema: schemaOf(schema, 'output') }]),
          ),
        }),
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io });
  return described;
}

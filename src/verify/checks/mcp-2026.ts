import { createParser } from 'eventsource-parser';
import { MCP_PATH, PRODUCT } from '../../../server/names.ts';
import { type Check, NO_FILE, ok, type Walk, wrong } from '../check.ts';
import { type Answer, shown } from '../requester.ts';
import { missingTools, shownPage } from './mcp-expected.ts';

const GENERATION = '2026-07-28';
const REMEDY = 'see whether a proxy drops the headers mcp-protocol-version, mcp-method and mcp-name';

/** The stateless generation, as plain messages: the specification's own headers and `_meta`. */
export const mcpDiscover2026: Check = {
  name: `mcp ${GENERATION} discover`,
  needs: ['health'],
  ofService: true,
  expected: `server/discover names ${GENERATION} and ${PRODUCT}`,
  remedy: REMEDY,
  async run(walk) {
    const { answer, result } = await call(walk, 'server/discover');
    const { supportedVersions, _meta } = (result ?? {}) as {
      supportedVersions?: unknown;
      _meta?: Record<string, { name?: string; version?: string } | undefined>;
    };
    if (!Array.isArray(supportedVersions) || !supportedVersions.includes(GENERATION))
      return wrong(shown(answer));
    const server = _meta?.['io.modelcontextprotocol/serverInfo'];
    if (server?.name !== PRODUCT) return wrong(`another server: ${server?.name}`);
    return ok(`${server.name} ${server.version}, protocol ${supportedVersions.join(', ')}`);
  },
};

export const mcpTools2026: Check = {
  name: `mcp ${GENERATION} tools`,
  needs: [mcpDiscover2026.name],
  ofService: true,
  expected: 'the list of tools, none of the documented ones missing',
  remedy: REMEDY,
  async run(walk) {
    const { answer, result } = await call(walk, 'tools/list');
    const tools = (result as { tools?: unknown } | undefined)?.tools;
    if (!Array.isArray(tools)) return wrong(shown(answer));
    const missing = missingTools(tools);
    return missing.length === 0 ? ok(`${tools.length} tools`) : wrong(`without ${missing.join(', ')}`);
  },
};

export const mcpCall2026: Check = {
  name: `mcp ${GENERATION} call`,
  needs: [mcpDiscover2026.name, 'files'],
  ofService: true,
  expected: 'read_file answers with the text of the file',
  remedy: REMEDY,
  async run(walk) {
    const { file } = walk;
    if (file === undefined) return NO_FILE;
    const params = { name: 'read_file', arguments: { file_key: file.key, lines: 5 } };
    const { answer, result } = await call(walk, 'tools/call', params);
    return result === undefined ? wrong(shown(answer)) : shownPage(result, file);
  },
};

interface Called {
  answer: Answer;
  /** Undefined where the answer is no result. */
  result: Record<string, unknown> | undefined;
}

/** One message and its answer, which may come as JSON or as an event stream. */
async function call(
  { request, context }: Walk,
  method: string,
  params: { name?: string } = {},
): Promise<Called> {
  const answer = await request(MCP_PATH, {
    body: {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': GENERATION,
          'io.modelcontextprotocol/clientInfo': { name: PRODUCT, version: context.version },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': GENERATION,
      'mcp-method': method,
      ...(params.name === undefined ? {} : { 'mcp-name': params.name }),
    },
  });
  const message = messageOf(answer) as { id?: unknown; result?: Record<string, unknown> } | undefined;
  return { answer, result: answer.status === 200 && message?.id === 1 ? message.result : undefined };
}

function messageOf({ headers, text, json }: Answer): unknown {
  if (!headers['content-type']?.startsWith('text/event-stream')) return json;
  let last: unknown;
  const parser = createParser({
    onEvent: ({ data }) => {
      last = JSON.parse(data);
    },
  });
  parser.feed(text);
  return last;
}

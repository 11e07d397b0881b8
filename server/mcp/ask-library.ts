import { PRODUCT } from '../names.ts';
import { type Generation, STATELESS_REVISION, statelessMeta } from './plain-call.ts';

/** The library's endpoint, without a network. */
export interface FetchLike {
  fetch(request: Request): Promise<Response>;
}

/** Asks the library for a list as a client would. @returns its result as JSON; undefined when it is an error */
export async function askLibrary(
  library: FetchLike,
  method: string,
  generation: Generation,
): Promise<string | undefined> {
  const isStateless = generation === 'stateless';
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...(isStateless ? { 'mcp-protocol-version': STATELESS_REVISION, 'mcp-method': method } : {}),
  };
  const params = isStateless ? { _meta: statelessMeta({ name: PRODUCT, version: '1' }) } : {};
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await library.fetch(new Request('http://localhost/', { method: 'POST', headers, body }));
  return resultIn(await response.text());
}

/** The result within an answer, which is JSON or a stream of one event. */
function resultIn(answer: string): string | undefined {
  const json = /^data: (.*)$/m.exec(answer)?.[1] ?? answer;
  const { result } = JSON.parse(json) as { result?: object };
  return result && JSON.stringify(result);
}

import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { CliError } from '../errors.ts';
import { answerError, connectionError } from '../service/service-error.ts';
import { type NotServing, notServing } from '../service/waking.ts';
import type { McpMessage } from '../targets/mcp-channel.ts';

/** What one HTTP request came to. */
export type Outcome =
  /** All messages of the answer were handed on, the answer itself among them. */
  | { kind: 'answered' }
  /** The service took the message and has nothing to say. */
  | { kind: 'accepted' }
  /** A JSON-RPC error under an HTTP status, as the protocol has it. */
  | { kind: 'refused'; answer: McpMessage }
  /** Turned away before anything was done: a repeat is safe. */
  | { kind: 'busy'; retryAfter: string | undefined; error: CliError }
  /** Nothing serves yet: asleep, starting, or about to be replaced. */
  | { kind: 'waking'; why: NotServing; error: CliError }
  /** No connection: the request was never sent. */
  | { kind: 'unreachable'; error: CliError }
  /** The connection broke after the request was sent. */
  | { kind: 'cut'; error: CliError }
  | { kind: 'failed'; error: CliError };

export interface Attempt {
  url: string;
  headers: Record<string, string>;
  body: string;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  /** A message of the answer. Awaited, so that a slow reader slows the service down. */
  onMessage: (message: McpMessage) => Promise<void>;
  /** True for the message that ends the exchange. */
  isLast: (message: McpMessage) => boolean;
}

/** Sends one message and hands on what comes back. Rejects only with the signal's reason. */
export async function attempt(request: Attempt): Promise<Outcome> {
  const { url, headers, body, dispatcher, signal } = request;
  const { origin, pathname } = new URL(url);
  let answer: Dispatcher.ResponseData;
  try {
    answer = await dispatcher.request({ origin, path: pathname, method: 'POST', headers, body, signal });
  } catch (error) {
    signal.throwIfAborted();
    return { kind: neverSent(error) ? 'unreachable' : 'cut', error: asCliError(error, url) };
  }
  try {
    const type = String(answer.headers['content-type'] ?? '');
    if (answer.statusCode === 200 && type.startsWith('text/event-stream'))
      return await events(answer, request);
    return await whole(answer, type, request);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'cut', error: asCliError(error, url) };
  }
}

async function events(answer: Dispatcher.ResponseData, request: Attempt): Promise<Outcome> {
  let messages: McpMessage[] = [];
  const parser = createParser({ onEvent: ({ data }) => messages.push(JSON.parse(data)) });
  const decoder = new TextDecoder();
  let complete = false;
  for await (const piece of answer.body) {
    parser.feed(decoder.decode(piece, { stream: true }));
    const arrived = messages;
    messages = [];
    for (const message of arrived) {
      complete ||= request.isLast(message);
      await request.onMessage(message);
    }
  }
  if (complete) return { kind: 'answered' };
  const error = new CliError(5, 'cut_short', `${request.url} ended its answer before it was complete`);
  return { kind: 'cut', error };
}

async function whole(answer: Dispatcher.ResponseData, type: string, request: Attempt): Promise<Outcome> {
  const { statusCode: status, headers } = answer;
  const text = await answer.body.text();
  if (status === 202 || status === 204) return { kind: 'accepted' };
  const message = type.includes('json') ? rpcMessage(text) : undefined;
  if (status === 200 && message !== undefined) {
    await request.onMessage(message);
    return { kind: 'answered' };
  }
  const error = answerError(status, text, 'POST /mcp');
  if (error.code === 'throttled') return { kind: 'busy', retryAfter: single(headers['retry-after']), error };
  const why = notServing(status, type);
  if (why !== undefined) return { kind: 'waking', why, error };
  if (message?.error !== undefined) return { kind: 'refused', answer: message };
  return { kind: 'failed', error };
}

function rpcMessage(text: string): McpMessage | undefined {
  try {
    const value = JSON.parse(text);
    return value?.jsonrpc === '2.0' ? value : undefined;
  } catch {
    return undefined;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function asCliError(error: unknown, url: string): CliError {
  const known = connectionError(error, new URL(url).origin);
  if (known instanceof CliError) return known;
  const { message } = error as Error;
  return new CliError(5, 'unreachable', `cannot talk to ${new URL(url).origin}: ${message}`, {
    cause: error,
  });
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function neverSent(error: unknown): boolean {
  return NEVER_SENT.has((error as NodeJS.ErrnoException).code ?? '');
}

import { type Dispatcher, request } from 'undici';
import { loadOf } from '../mcp-load.ts';
import type { Chance } from './chance.ts';

/** What an answer comes to: done, refused in the words of the contract, or cut where it had begun. */
export type Outcome = 'done' | 'refused' | 'cut';

/** An answer that the contract does not allow. */
export class Breach extends Error {}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Undefined where the connection broke before the body's end. */
  body: Buffer | undefined;
}

export interface Asking {
  url: string;
  dispatcher: Dispatcher;
  chance: Chance;
}

/** What may be answered when storage or model fail, the deadline comes, or the model is busy. */
const REFUSALS = new Set([429, 502, 503, 504]);
/** Files and arguments are all good: a failure may not be told as if they were not. */
const WRONG = /no such file|invalid arguments|bug on our side|Unknown tool/;

export async function ask(
  { url, dispatcher }: Asking,
  path: string,
  options: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const answer = await request(url + path, { dispatcher, method: 'GET', ...options });
  const body = await answer.body.arrayBuffer().then(Buffer.from, () => undefined);
  return { status: answer.statusCode, headers: answer.headers, body };
}

/** Throws Breach unless the answer is a refusal as the contract has them. */
export function refusal({ status, body }: Answer): Outcome {
  const text = body?.toString() ?? '';
  let error: { code?: unknown; message?: unknown; request_id?: unknown } | undefined;
  try {
    error = JSON.parse(text).error;
  } catch {
    // Not JSON: told below.
  }
  const told = [error?.code, error?.message, error?.request_id].every((value) => typeof value === 'string');
  if (!REFUSALS.has(status) || !told || WRONG.test(text)) throw new Breach(`${status} ${text.slice(0, 300)}`);
  return 'refused';
}

export interface ToolAnswer {
  isError?: boolean;
  content: { text: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: each tool has its own.
  structuredContent?: any;
}

/** Calls a tool, in either generation. @returns undefined where it was refused */
export async function callTool(asking: Asking, name: string, args: object): Promise<ToolAnswer | undefined> {
  const generation = asking.chance.of(['session', 'stateless'] as const);
  const { headers, body } = loadOf(asking.url, generation, 'tools/call', { name, arguments: args } as {
    name: string;
  });
  const answer = await ask(asking, '/mcp', { method: 'POST', headers, body });
  if (answer.body === undefined) throw new Breach(`${name}: the answer broke off`);
  if (answer.status !== 200) {
    refusal(answer);
    return undefined;
  }
  const messages = messagesOf(answer.body.toString());
  const result = messages.at(-1)?.result as ToolAnswer | undefined;
  if (result === undefined) throw new Breach(`${name}: ${answer.body.toString().slice(0, 300)}`);
  if (!result.isError) return result;
  const text = result.content[0]?.text ?? '';
  if (text === '' || WRONG.test(text)) throw new Breach(`${name}: ${text.slice(0, 300)}`);
  return undefined;
}

/** The messages of an answer that is JSON or an event stream. */
export function messagesOf(text: string): Record<string, unknown>[] {
  if (text.startsWith('{')) return [JSON.parse(text)];
  return [...text.matchAll(/(?:^|\n)data: ([^\r\n]*)/g)].map(([, data]) => JSON.parse(data!));
}

import type { Dispatcher } from 'undici';
import { failed } from '../errors.ts';
import { connectionError } from '../service/service-error.ts';

export interface TextAnswer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  text: string;
}

/** GETs a small text. @throws unfinished (exit 5) where the host cannot be reached */
export async function fetchText(
  dispatcher: Dispatcher,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<TextAnswer> {
  try {
    const path = url.pathname + url.search;
    const answer = await dispatcher.request({ origin: url.origin, path, method: 'GET', headers, signal });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw connectionError(error, url.origin);
  }
}

/** @throws failed (exit 1) for what is no JSON, such as the page of a proxy */
export function parseAnswer(text: string, host: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed('registry_failed', `${host} does not answer as a registry of images`, [], error);
  }
}

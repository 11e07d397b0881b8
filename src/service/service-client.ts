import { createParser } from 'eventsource-parser';
import type { Dispatcher } from 'undici';
import { failed } from '../errors.ts';
import type {
  FilesPage,
  FilesRequest,
  SummarizeRequest,
  SummarizeResult,
  SummarizeWatch,
} from '../targets/target.ts';
import { backoff, TRIES } from './backoff.ts';
import { answerError, connectionError } from './service-error.ts';
import { notServing, type Waking, WakingWait } from './waking.ts';

export interface ServiceClientOptions {
  /** Base URL without a trailing slash. */
  url: string;
  apiKey?: string | undefined;
  dispatcher: Dispatcher;
  version: string;
  /** Of a service that may sleep: it is woken and waited for. */
  waking?: Waking | undefined;
}

/** The REST side of a running service, as every target asks it. Paces itself when told 429. */
export class ServiceClient {
  readonly url: string;
  private readonly options: ServiceClientOptions;

  constructor(options: ServiceClientOptions) {
    this.url = options.url;
    this.options = options;
  }

  async health(signal: AbortSignal): Promise<string> {
    // Whoever asks how it is does not want to wake it.
    const answer = await this.send({ path: '/health', signal, accept: [200, 502, 503] });
    if (answer.statusCode !== 200 && isHtml(answer)) {
      await answer.body.dump();
      const asleep = notServing(answer.statusCode, answer.headers['content-type']) === 'asleep';
      return asleep && this.options.waking !== undefined ? 'asleep' : 'unavailable';
    }
    const body = await this.jsonBody(answer);
    return typeof body.status === 'string' ? body.status : `answered ${answer.statusCode}`;
  }

  /** The service's version, from its own description. */
  async version(signal: AbortSignal): Promise<string | undefined> {
    const body = await this.jsonBody(await this.send({ path: '/openapi.json', signal }));
    const version = (body.info as { version?: unknown } | undefined)?.version;
    return typeof version === 'string' ? version : undefined;
  }

  async files({ prefix, cursor, limit }: FilesRequest, signal: AbortSignal): Promise<FilesPage> {
    const query = new URLSearchParams({ prefix, limit: String(limit) });
    if (cursor !== undefined) query.set('cursor', cursor);
    return (await this.jsonBody(
      await this.send({ path: `/files?${query}`, signal }),
    )) as unknown as FilesPage;
  }

  /** Asks for the summary as an event stream: long ones outlive a gateway's time limit for whole answers. */
  async summarize(request: SummarizeRequest, watch: SummarizeWatch): Promise<SummarizeResult> {
    const { key, maxWords, ...rest } = request;
    const body = JSON.stringify({
      file_key: key,
      ...(maxWords === undefined ? {} : { max_words: maxWords }),
      ...rest,
    });
    const answer = await this.send({
      path: '/summarize',
      method: 'POST',
      body,
      stream: true,
      signal: watch.signal,
    });
    const requestId = String(answer.headers['x-request-id'] ?? '');
    if (!String(answer.headers['content-type']).startsWith('text/event-stream')) {
      return { ...((await this.jsonBody(answer)) as unknown as SummarizeResult), request_id: requestId };
    }
    const result = await this.readEvents(answer, watch);
    return { ...result, request_id: requestId };
  }

  async close(): Promise<void> {
    await this.options.dispatcher.close();
  }

  private async readEvents(
    answer: Dispatcher.ResponseData,
    watch: SummarizeWatch,
  ): Promise<Omit<SummarizeResult, 'request_id'>> {
    let done: Omit<SummarizeResult, 'request_id'> | undefined;
    const parser = createParser({
      onEvent: ({ event, data }) => {
        const value = JSON.parse(data);
        if (event === 'progress') watch.onProgress?.(value);
        else if (event === 'delta') watch.onDelta?.(value.text);
        else if (event === 'done') done = value;
        else if (event === 'error') throw answerError(value.status ?? 502, data, 'POST /summarize');
      },
    });
    try {
      const decoder = new TextDecoder();
      for await (const piece of answer.body) parser.feed(decoder.decode(piece, { stream: true }));
    } catch (error) {
      throw connectionError(error, this.url);
    }
    if (done === undefined) {
      throw failed('cut_short', 'the answer ended before the summary was complete', [
        'run the command again',
      ]);
    }
    return done;
  }

  private async send(request: {
    path: string;
    method?: 'GET' | 'POST';
    body?: string;
    stream?: boolean;
    accept?: number[];
    signal: AbortSignal;
  }): Promise<Dispatcher.ResponseData> {
    const { path, method = 'GET', body, stream = false, accept = [200], signal } = request;
    const { apiKey, dispatcher, version } = this.options;
    const base = new URL(this.url);
    const headers: Record<string, string> = {
      accept: stream ? 'text/event-stream' : 'application/json',
      'user-agent': `mcp-s3/${version}`,
    };
    if (apiKey !== undefined) headers['x-api-key'] = apiKey;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const wait = this.options.waking && new WakingWait(this.options.waking);
    for (let attempt = 1; ; attempt++) {
      let answer: Dispatcher.ResponseData;
      try {
        answer = await dispatcher.request({
          origin: base.origin,
          path: base.pathname.replace(/\/$/, '') + path,
          method,
          headers,
          body: body ?? null,
          signal,
        });
      } catch (error) {
        throw connectionError(signal.aborted ? signal.reason : error, this.url);
      }
      if (accept.includes(answer.statusCode)) return answer;
      const text = await answer.body.text();
      if (await wait?.again(answer.statusCode, answer.headers['content-type'], signal)) {
        attempt--;
        continue;
      }
      const error = answerError(answer.statusCode, text, `${method} ${path.split('?')[0]}`);
      if (error.code !== 'throttled' || attempt === TRIES) throw error;
      await backoff(attempt, answer.headers['retry-after'], signal);
    }
  }

  private async jsonBody(answer: Dispatcher.ResponseData): Promise<Record<string, unknown>> {
    try {
      return (await answer.body.json()) as Record<string, unknown>;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw connectionError(error, this.url);
      throw failed('not_a_service', `what answers at ${this.url} is no mcp-s3 service: it sent no JSON`);
    }
  }
}

function isHtml({ headers }: Dispatcher.ResponseData): boolean {
  return String(headers['content-type'] ?? '').includes('html');
}

import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { ServiceError } from '../../errors.ts';
import { type SummarizeInput, summarizeInput, summaryOutput } from '../../summaries/request-schema.ts';
import type { SummaryAnswer, SummaryService } from '../../summaries/service.ts';
import { describeIssues } from '../../zod-issues.ts';
import { jsonBody } from '../body.ts';
import { answerFor } from '../error-response.ts';
import { HttpError } from '../error-table.ts';
import { EventStream } from '../event-stream.ts';
import { refuse } from '../gateway/gateway.ts';
import { sendJson } from '../json-response.ts';
import { contextOf } from '../request-context.ts';
import { requestSignal } from '../request-signal.ts';
import type { Route } from '../route.ts';

const EVENT_STREAM = 'text/event-stream';

export interface SummarizeRouteOptions {
  service: SummaryService;
  /** Largest body, bytes. */
  bodyLimit: number;
  deadlineMs: number;
  /** Answers a bad body in API Gateway's words. */
  gatewayWords: boolean;
  /** Milliseconds between the comments that keep an event stream open. */
  keepAliveMs?: number | undefined;
}

export function summarizeRoute(options: SummarizeRouteOptions): Route {
  return {
    method: 'post',
    path: '/summarize',
    operation: {
      id: 'summarizeFile',
      summary: 'Summarize a file',
      description:
        'With `Accept: text/event-stream` the answer is a stream of events: `progress` {characters, size}, ' +
        '`delta` {text}, then `done` with the object of the plain answer, or `error`.',
      body: summarizeInput.extend({ model: z.enum(options.service.models).optional() }),
      responses: {
        200: {
          description: 'The summary.',
          content: { 'application/json': summaryOutput, [EVENT_STREAM]: z.string() },
        },
        404: { description: 'No such file.' },
        413: { description: 'The body or the file is above its limit.' },
        415: { description: 'The file is not text, or the body is not JSON.' },
        429: { description: 'The model is busy.', headers: { 'Retry-After': 'Seconds to wait.' } },
        502: { description: 'The model or the storage failed.' },
        504: { description: 'Not done within the deadline.' },
      },
    },
    handlers: [readBody(options), validateBody(options.gatewayWords), summarizeHandler(options)],
  };
}

/** Reads the body; malformed JSON is, to API Gateway, a body against its schema. */
function readBody({ bodyLimit, gatewayWords }: SummarizeRouteOptions): RequestHandler {
  const read = jsonBody(bodyLimit);
  if (!gatewayWords) return read;
  return (request, response, next) => {
    read(request, response, (error?: unknown) => {
      const malformed = error instanceof Error && 'type' in error && error.type === 'entity.parse.failed';
      if (malformed) refuse(response, 'invalidBody');
      else next(error);
    });
  };
}

function validateBody(gatewayWords: boolean): RequestHandler {
  return (request, response, next) => {
    if (request.body === undefined && request.headers['content-type'] !== undefined && !request.is('json')) {
      return next(
        new HttpError('unsupported_media_type', 'send the body as JSON, with content-type application/json'),
      );
    }
    const parsed = summarizeInput.safeParse(request.body ?? {});
    if (parsed.success) {
      request.body = parsed.data;
      next();
    } else if (gatewayWords) refuse(response, 'invalidBody');
    else next(new ServiceError('bad_request', `body: ${describeIssues(parsed.error)}`));
  };
}

function summarizeHandler({ service, deadlineMs, keepAliveMs }: SummarizeRouteOptions): RequestHandler {
  return async (request, response) => {
    if (!wantsEvents(request)) {
      sendJson(response, 200, await summarize(request, response, undefined));
      return;
    }
    const stream = new EventStream(response, keepAliveMs);
    try {
      const answer = await summarize(request, response, stream);
      stream.send('done', answer);
    } catch (error) {
      stream.stop();
      if (!stream.begun) throw error;
      const { status, body } = answerFor(error, contextOf(response).id);
      if (status >= 500) contextOf(response).failure = error;
      stream.send('error', body);
    }
    stream.end();
  };

  async function summarize(request: Request, response: Response, stream: EventStream | undefined) {
    const body = request.body as SummarizeInput;
    const { fields } = contextOf(response);
    fields.file_key = body.file_key;
    const answer: SummaryAnswer = await service.summarize(
      {
        key: body.file_key,
        style: body.style,
        maxWords: body.max_words,
        focus: body.focus,
        model: body.model,
        refresh: body.refresh,
      },
      {
        signal: requestSignal(response, deadlineMs),
        onModelTime: (milliseconds) => {
          fields.model_ms = milliseconds;
        },
        ...(stream === undefined ? {} : { onEvent: ({ type, ...data }) => stream.send(type, data) }),
      },
    );
    fields.cached = answer.cached;
    fields.model = answer.model;
    fields.input_tokens = answer.usage.input_tokens;
    fields.output_tokens = answer.usage.output_tokens;
    return answer;
  }
}

/** Only a caller that names event streams gets one: browsers and curl send a wildcard. */
function wantsEvents(request: Request): boolean {
  return request.headers.accept?.includes(EVENT_STREAM) ?? false;
}

import { HEALTH_PATH } from '../../../server/names.ts';
import type { LogLine } from '../log-line.ts';

/** What the figures need of a request's log line (the server's contract: server/http/request-log.ts). */
export interface RequestLine {
  time: number;
  route: string;
  status: number;
  /** Milliseconds of the service's own work. Missing where the client left before the end: it measures the client. */
  serviceMs?: number;
  modelMs?: number;
  cached?: boolean;
  /** Which one wrote the answer. */
  model?: string;
  inputTokens: number;
  outputTokens: number;
}

const SUMMARIZE_ROUTE = '/summarize';
const SUMMARIZE_TOOL = 'summarize_file';

/**
 * Reads a finished request from its line; undefined for every other line. Health checks are none: a load balancer
 * asks every few seconds, which would drown the figures, and the 503 of a server that is told to stop is no failure.
 */
export function requestLine(line: LogLine): RequestLine | undefined {
  const { route, status, aborted } = line.fields;
  if (!isRequestLine(line) || typeof route !== 'string' || typeof status !== 'number') return undefined;
  if (route === HEALTH_PATH) return undefined;
  const request: RequestLine = {
    time: line.time,
    route,
    status,
    inputTokens: number(line.fields.input_tokens) ?? 0,
    outputTokens: number(line.fields.output_tokens) ?? 0,
  };
  const serviceMs = number(line.fields.service_ms);
  const modelMs = number(line.fields.model_ms);
  if (serviceMs !== undefined && aborted !== true) request.serviceMs = serviceMs;
  if (modelMs !== undefined) request.modelMs = modelMs;
  if (typeof line.fields.model === 'string') request.model = line.fields.model;
  if (isSummary(line) && typeof line.fields.cached === 'boolean') request.cached = line.fields.cached;
  return request;
}

export function isRequestLine(line: LogLine): boolean {
  return line.message === 'request';
}

function isSummary({ fields }: LogLine): boolean {
  return fields.route === SUMMARIZE_ROUTE || fields.tool === SUMMARIZE_TOOL;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

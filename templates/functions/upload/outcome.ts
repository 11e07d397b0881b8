/** What became of one try to have a file summarized. */
export type Outcome =
  /** There is a summary now. */
  | { kind: 'done'; fields: Record<string, unknown> }
  /** There will be none, however often one asks: the message is acknowledged. */
  | { kind: 'refused'; why: string }
  /** The day's limit of summaries ahead of time is used up: acknowledged, too, since the limit is meant. */
  | { kind: 'limit'; why: string }
  /** The service sleeps, or is on its way up. */
  | { kind: 'waking'; why: string }
  /** API Gateway does not know the key: it takes a while to learn a new one. */
  | { kind: 'forbidden'; why: string }
  /** Worth another try later. */
  | { kind: 'failed'; why: string; retryAfterSeconds?: number };

interface ErrorBody {
  /** API Gateway's own words. */
  message?: string;
  /** The service's. */
  error?: { code?: string; message?: string };
}

/** Answers that the same request will always get. 413 and 415 are a file too large, and one that is no text. */
const FINAL = new Set([400, 404, 405, 413, 414, 415, 431]);

/** The service's errors that say so inside a stream, where the status is 200 already. */
const FINAL_CODES = new Set(['bad_request', 'not_found', 'too_large', 'not_text']);

/** An answer that is no success. */
export function outcomeOfStatus(status: number, text: string, retryAfter: string | null): Outcome {
  const body = parse(text);
  const why = `${status} ${body?.error?.message ?? body?.message ?? ''}`.trim();
  if (status === 403) return { kind: 'forbidden', why };
  if (status === 429 && body?.message === 'Limit Exceeded') return { kind: 'limit', why };
  if (FINAL.has(status)) return { kind: 'refused', why };
  // The load balancer says so in HTML when it has no task to ask; a task that is told to stop says it in JSON.
  if (status === 503 && body === undefined) return { kind: 'waking', why: '503 of the load balancer' };
  const seconds = Number(retryAfter);
  return seconds > 0 ? { kind: 'failed', why, retryAfterSeconds: seconds } : { kind: 'failed', why };
}

/** An `error` event of the stream. */
export function outcomeOfError({ error }: ErrorBody): Outcome {
  const why = `${error?.code ?? 'error'}: ${error?.message ?? ''}`;
  return FINAL_CODES.has(error?.code ?? '') ? { kind: 'refused', why } : { kind: 'failed', why };
}

function parse(text: string): ErrorBody | undefined {
  try {
    const body = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

import { CliError } from '../errors.ts';
import { REPLACED_LIMIT_MS, WAKING_LIMIT_MS } from '../service/waking.ts';
import type { Connection } from '../targets/target.ts';
import type { Outcome } from './attempt.ts';

const BUSY_LIMIT = 3 * 60_000;
/** Long enough for a server to be restarted, short enough for a client that waits. */
const UNREACHABLE_LIMIT = 10_000;

export interface Progress {
  /** Tries so far, from 1. */
  tries: number;
  /** Milliseconds since the first one began. */
  elapsed: number;
  method: string | undefined;
}

/**
 * Milliseconds to wait before the next try; undefined where trying is over.
 * @param random a number from 0 up to 1
 */
export function retryDelay(
  outcome: Outcome,
  { tries, elapsed, method }: Progress,
  random: () => number = Math.random,
): number | undefined {
  const around = (milliseconds: number) => milliseconds * (0.5 + random());
  switch (outcome.kind) {
    case 'busy': {
      const asked = Number(outcome.retryAfter);
      const delay = asked > 0 ? Math.min(asked, 60) * 1000 : around(Math.min(5000, 100 * 2 ** (tries - 1)));
      return elapsed + delay > BUSY_LIMIT ? undefined : delay;
    }
    case 'waking': {
      const limit = outcome.why === 'asleep' ? WAKING_LIMIT_MS : REPLACED_LIMIT_MS;
      return elapsed > limit ? undefined : around(Math.min(5000, 500 * 2 ** (tries - 1)));
    }
    case 'unreachable':
      return elapsed > UNREACHABLE_LIMIT ? undefined : around(Math.min(2000, 100 * 2 ** (tries - 1)));
    case 'cut':
      // What a tool has done cannot be known: its caller decides. All other methods only look.
      return method === 'tools/call' || tries > 2 ? undefined : around(200);
    default:
      return undefined;
  }
}

/** The failure in words that name what the person can change. */
export function explain(error: CliError, { url, apiKey }: Connection): CliError {
  const say = (message: string, suggestions: string[]) =>
    new CliError(error.exitCode, error.code, message, { suggestions });
  switch (error.code) {
    case 'forbidden':
      return apiKey === undefined
        ? say(`the service ${url} asks for an API key, and MCP_S3_API_KEY is not set`, [
            "put the service's key into the bridge's environment as MCP_S3_API_KEY",
          ])
        : say(`the service ${url} refused the API key in MCP_S3_API_KEY`, [
            'it is wrong, revoked or rotated: put the current key there',
          ]);
    case 'unreachable':
      return say(error.message, [
        'see whether the service runs and the address is right, then call again',
        ...error.suggestions,
      ]);
    case 'cut_short':
      return say(error.message, ['call again']);
    default:
      return error;
  }
}

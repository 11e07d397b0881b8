import { CliError } from '../errors.ts';
import type { Check, Outcome, Walk } from './check.ts';

export interface CheckResult {
  name: string;
  status: Outcome['status'] | 'not_reached';
  /** Without the pauses that the limits ask for. */
  duration_ms: number;
  seen: string;
  expected: string;
  /** Only of a failed one. */
  remedy?: string;
  /** Only of a failed one: it is the service itself that answers wrongly, and not the way to it. */
  blames_service?: boolean;
}

export interface VerifyReport {
  target: string;
  url: string;
  passed: boolean;
  counts: Record<CheckResult['status'], number>;
  checks: CheckResult[];
}

export interface WalkEvents {
  onStart?(check: Check): void;
  onDone?(result: CheckResult): void;
}

/**
 * Goes through the checks in their order. One that failed does not stop those that do not need it; what needs it is
 * not reached. The checks named in `always` are made also when something before them failed, or Ctrl-C came.
 */
export async function runWalk(
  checks: Check[],
  walk: Walk,
  { always, signal }: { always: Check[]; signal: AbortSignal },
  events: WalkEvents = {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const go = async (check: Check) => {
    events.onStart?.(check);
    const result = await runCheck(check, walk, results);
    results.push(result);
    events.onDone?.(result);
  };
  try {
    for (const check of checks) {
      signal.throwIfAborted();
      await go(check);
    }
  } finally {
    for (const check of always) await go(check);
  }
  signal.throwIfAborted();
  return results;
}

async function runCheck(check: Check, walk: Walk, before: CheckResult[]): Promise<CheckResult> {
  const { name, expected, remedy } = check;
  const broken = check.needs.find((need) =>
    before.some(
      (result) => result.name === need && (result.status === 'failed' || result.status === 'not_reached'),
    ),
  );
  if (broken !== undefined) {
    return { name, status: 'not_reached', duration_ms: 0, seen: `${broken} comes first`, expected };
  }
  walk.turnedAway = false;
  const started = performance.now() - walk.pausedMs;
  const outcome = await check.run(walk).catch((error) => outcomeOf(error, walk));
  const duration_ms = Math.round(performance.now() - walk.pausedMs - started);
  const { status, seen } = outcome;
  const result = { name, status, duration_ms, seen, expected };
  if (status !== 'failed') return result;
  const blames_service = check.ofService && !walk.turnedAway;
  return { ...result, remedy: outcome.remedy ?? remedy, blames_service };
}

/** Codes of failures on the way to the service. */
const NOT_THE_SERVICE = new Set(['unreachable', 'forbidden', 'throttled', 'quota_exceeded']);

/** What a check threw is what it saw, unless the person ended it. */
function outcomeOf(error: unknown, walk: Walk): Outcome {
  walk.context.signal.throwIfAborted();
  const seen = error instanceof Error ? error.message : String(error);
  const code = error instanceof CliError ? error.code : undefined;
  if (code !== undefined && NOT_THE_SERVICE.has(code)) walk.turnedAway = true;
  const unreachable = code === 'unreachable';
  const remedy = unreachable
    ? 'check the address, the network and the proxy'
    : error instanceof CliError
      ? error.suggestions[0]
      : undefined;
  return {
    status: 'failed',
    seen: seen.replace(/\s+/g, ' ').slice(0, 300),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

export function countsOf(checks: CheckResult[]): VerifyReport['counts'] {
  const counts = { ok: 0, failed: 0, skipped: 0, not_reached: 0 };
  for (const { status } of checks) counts[status]++;
  return counts;
}

import type { Dispatcher } from 'undici';
import { API_KEY_HEADER } from '../../server/names.ts';
import { connectionError } from '../service/service-error.ts';
import { sleep } from '../sleep.ts';
import type { TrialCheck } from './trial-check.ts';

export interface SmokeOptions {
  /** With the API's stage, without a trailing slash. */
  url: string;
  apiKey: string;
  version: string;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  /** Milliseconds for which refusals that pass are waited out. Default two minutes. */
  patienceMs?: number;
}

/**
 * Whether what was deployed answers, as a client asks it: through gateway, link and load balancer to the task and its
 * bucket. A new key, a new API and a new target each take a moment, so what passes with time is asked again.
 */
export async function smokeTest(options: SmokeOptions): Promise<TrialCheck[]> {
  const end = Date.now() + (options.patienceMs ?? 120_000);
  const checks: TrialCheck[] = [];
  for (const { name, path, key, expected, judge } of REQUESTS) {
    const enough = (got: Answer) => judge(got, options) !== undefined || isQuotaUsedUp(got);
    const answer = await askUntil(options, path, key, end, enough);
    const seen = judge(answer, options);
    checks.push({
      name,
      expected,
      state: seen !== undefined ? 'passed' : isHindered(answer) ? 'unknown' : 'failed',
      blamesService: seen === undefined && !isHindered(answer) && answer.status !== 403,
      seen: seen ?? `${answer.status === 0 ? '' : `${answer.status} `}${answer.text.slice(0, 200)}`,
    });
    // Without health the others only say the same again.
    if (name === 'health' && seen === undefined) break;
  }
  return checks;
}

interface Answer {
  /** 0 where none came. */
  status: number;
  text: string;
  json: Record<string, unknown> | undefined;
}

interface SmokeRequest {
  name: 'health' | 'version' | 'files' | 'no_key';
  path: string;
  key: boolean;
  expected: string;
  /** What was seen, where it is right. */
  judge(answer: Answer, options: SmokeOptions): string | undefined;
}

const REQUESTS: SmokeRequest[] = [
  {
    name: 'health',
    path: '/health',
    key: true,
    expected: 'the service is healthy, behind the stage of the API',
    judge: ({ status, json }) => (status === 200 && json?.status === 'healthy' ? 'healthy' : undefined),
  },
  {
    name: 'version',
    path: '/openapi.json',
    key: true,
    expected: 'the version that was deployed answers',
    judge: ({ status, json }, { version }) => {
      const found = (json?.info as { version?: unknown } | undefined)?.version;
      return status === 200 && found === version ? `version ${version}` : undefined;
    },
  },
  {
    name: 'files',
    path: '/files?limit=1',
    key: true,
    expected: 'the service reads its bucket',
    judge: ({ status, json }) =>
      status === 200 && Array.isArray(json?.files) ? 'the bucket is read' : undefined,
  },
  {
    name: 'no_key',
    path: '/health',
    key: false,
    expected: 'without a key nobody gets in',
    judge: ({ status }) => (status === 403 ? 'refused without a key' : undefined),
  },
];

/** Between two tries, in milliseconds. */
const FIRST_MS = 250;
const LONGEST_MS = 4000;

/** No way to it from here, or the gateway's limits. */
function isHindered({ status }: Answer): boolean {
  return status === 0 || status === 429;
}

function isQuotaUsedUp({ status, json }: Answer): boolean {
  return status === 429 && json?.message === 'Limit Exceeded';
}

async function askUntil(
  options: SmokeOptions,
  path: string,
  key: boolean,
  end: number,
  enough: (answer: Answer) => boolean,
): Promise<Answer> {
  const { signal } = options;
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 2, LONGEST_MS)) {
    const answer = await ask(options, path, key);
    if (enough(answer) || Date.now() >= end) return answer;
    await sleep(pause, signal);
  }
}

async function ask(options: SmokeOptions, path: string, key: boolean): Promise<Answer> {
  const { url, apiKey, version, dispatcher, signal } = options;
  const base = new URL(url);
  try {
    const { statusCode, body } = await dispatcher.request({
      origin: base.origin,
      path: base.pathname.replace(/\/$/, '') + path,
      method: 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': `mcp-s3/${version}`,
        ...(key ? { [API_KEY_HEADER]: apiKey } : {}),
      },
      headersTimeout: 30_000,
      signal,
    });
    const text = await body.text();
    return { status: statusCode, text: text.replace(/\s+/g, ' '), json: parsed(text) };
  } catch (error) {
    signal.throwIfAborted();
    const problem = connectionError(error, url);
    return { status: 0, text: problem instanceof Error ? problem.message : String(problem), json: undefined };
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

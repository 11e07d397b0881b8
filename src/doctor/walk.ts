import { ACCESS_DENIED } from '../aws/aws-error.ts';
import { CliError } from '../errors.ts';
import type { Diagnosis, Result } from './diagnosis.ts';

export interface WalkEvents {
  onStart?(diagnosis: { id: string; title: string }): void;
  onDone?(result: Result): void;
}

/** Looks at one time: more would be throttled. */
const AT_ONCE = 4;

/**
 * Makes the diagnoses, each after those that it needs, and stops guessing behind a break: what needs a part that is
 * broken is not reached. What could not be looked at breaks nothing: those behind it are looked at.
 * @returns results in the order of the diagnoses
 */
export async function diagnose<Patient>(
  diagnoses: Diagnosis<Patient>[],
  patient: Patient,
  signal: AbortSignal,
  events: WalkEvents = {},
): Promise<Result[]> {
  const known = new Map<string, Promise<Result>>();
  let running = 0;
  const waiting: (() => void)[] = [];
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
  for (const diagnosis of diagnoses) {
    const before = diagnosis.needs.map((id) => known.get(id) ?? missing(diagnosis.id, id));
    const made = Promise.all(before).then(async (results) => {
      const result = await turn(() => make(diagnosis, patient, results, signal, events));
      events.onDone?.(result);
      return result;
    });
    known.set(diagnosis.id, made);
  }
  return Promise.all(known.values());
}

async function make<Patient>(
  { id, title, look }: Diagnosis<Patient>,
  patient: Patient,
  before: Result[],
  signal: AbortSignal,
  events: WalkEvents,
): Promise<Result> {
  const stop = before.find(({ state }) => state === 'broken' || state === 'not_reached');
  if (stop !== undefined) {
    const because = stop.state === 'not_reached' ? stop.because : stop.id;
    return { id, title, state: 'not_reached', because };
  }
  const absent = before.find(({ state }) => state === 'absent');
  if (absent?.state === 'absent') return { id, title, state: 'absent', seen: absent.seen };
  events.onStart?.({ id, title });
  try {
    return { id, title, ...(await look(patient, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return { id, title, ...couldNotLook(error) };
  }
}

function couldNotLook(error: unknown): { state: 'unknown'; says: string; needs?: string } {
  // A bug of ours must not pass for something that cannot be known.
  if (!(error instanceof CliError)) throw error;
  if (error.code !== ACCESS_DENIED) return { state: 'unknown', says: error.message };
  const action = /may not do (\S+)/.exec(error.message)?.[1] ?? 'a permission';
  return { state: 'unknown', says: `could not look: needs ${action}`, needs: action };
}

function missing(id: string, need: string): never {
  throw new Error(`${id} needs ${need}, which stands behind it or nowhere`);
}

/** Whether anything is broken. */
export function isBroken(results: Result[]): boolean {
  return results.some(({ state }) => state === 'broken');
}

import { setMaxListeners } from 'node:events';
import { type AwsCall, awsError } from './aws-error.ts';
import type { AwsConnection } from './connection.ts';

/** What a service's calls are called, by operation: `callsTo('ECR', 'ecr')(connection, 'ListImages')`. */
export function callsTo(service: string, prefix: string) {
  return ({ profile, region }: AwsConnection, operation: string): AwsCall => ({
    service,
    action: `${prefix}:${operation}`,
    profile,
    region,
  });
}

/**
 * Makes one call of the SDK. Ends with the signal's own reason when that is aborted, at once also between two
 * tries of the SDK; whatever else goes wrong becomes a CliError that names the action.
 * @param send gets the signal to hand to the SDK
 */
export async function callAws<T>(
  call: AwsCall,
  signal: AbortSignal,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const linked = linkedSignal(signal);
  try {
    return await orAborted(send(linked.signal), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw awsError(error, call);
  } finally {
    linked.unlink();
  }
}

/** As {@link callAws}, for what may not be there: undefined for a failure that says so. */
export async function findAws<T>(
  call: AwsCall,
  signal: AbortSignal,
  isMissing: (error: unknown) => boolean,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  return callAws(call, signal, async (abortSignal) => {
    try {
      return await send(abortSignal);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/** As {@link linkedSignal}, for a call that lasts as long as the given signal is of interest. */
export function callSignal(signal: AbortSignal): AbortSignal {
  return linkedSignal(signal).signal;
}

/**
 * A signal for one call of the SDK, aborted with the given one until it is unlinked. It has a reason of its own,
 * because the SDK adds remarks to the error that ends a body, and room for the listeners that the SDK leaves behind
 * with each try. A call that is over must be unlinked: the given signal keeps all of it alive otherwise, and a
 * command that follows or watches makes thousands.
 */
function linkedSignal(signal: AbortSignal): { signal: AbortSignal; unlink(): void } {
  const call = new AbortController();
  setMaxListeners(50, call.signal);
  const stop = () => call.abort(Object.assign(new Error('aborted'), { name: 'AbortError' }));
  // Between the two, so that the given signal does not warn of many listeners.
  const between = AbortSignal.any([signal]);
  if (signal.aborted) stop();
  else between.addEventListener('abort', stop, { once: true });
  return { signal: call.signal, unlink: () => between.removeEventListener('abort', stop) };
}

/** The SDK's pauses between tries do not end when the signal does. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    // Between the two, so that the given signal does not warn of many listeners.
    const between = AbortSignal.any([signal]);
    between.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => between.removeEventListener('abort', stop));
  });
}

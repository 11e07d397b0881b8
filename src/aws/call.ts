import { setMaxListeners } from 'node:events';
import { type AwsCall, awsError } from './aws-error.ts';

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
  try {
    return await orAborted(send(callSignal(signal)), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw awsError(error, call);
  }
}

/**
 * A signal for one call of the SDK, aborted with the given one. It has a reason of its own, because the SDK adds
 * remarks to the error that ends a body, and room for the listeners that the SDK leaves behind with each try.
 */
export function callSignal(signal: AbortSignal): AbortSignal {
  const call = new AbortController();
  setMaxListeners(50, call.signal);
  const stop = () => call.abort(Object.assign(new Error('aborted'), { name: 'AbortError' }));
  if (signal.aborted) stop();
  // Between the two, so that the given signal does not collect a listener for each call.
  else AbortSignal.any([signal]).addEventListener('abort', stop, { once: true });
  return call.signal;
}

/** The SDK's pauses between tries do not end when the signal does. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

import { setMaxListeners } from 'node:events';

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

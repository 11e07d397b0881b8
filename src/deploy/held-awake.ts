import type { Stack } from '../aws/cloudformation.ts';
import { CliError } from '../errors.ts';
import type { Parameters } from '../stack/deploy-settings.ts';
import type { DeployAt, DeployParts } from './deploy-context.ts';
import { type Held, hold } from './hold.ts';

/**
 * Does its work while a service that may sleep is held awake. After Ctrl-C it stays held, because the update goes on in
 * AWS; the hold ends by itself.
 */
export async function heldAwake<T>(
  at: DeployAt,
  parts: DeployParts,
  stack: Stack,
  warn: (text: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const held = await tryToHold(at, parts, stack, warn);
  try {
    return await work();
  } finally {
    if (held !== undefined && !at.context.signal.aborted) {
      await held.release(AbortSignal.timeout(30_000)).catch((error: Error) => {
        warn(`could not let go of the service, which stays awake for up to an hour: ${error.message}`);
      });
    }
  }
}

/** Whether a stage with these parameters may have no task at times. */
export function maySleep({ SleepAfterMinutes = '0', ScheduleDown = '' }: Parameters): boolean {
  return SleepAfterMinutes !== '0' || ScheduleDown !== '';
}

async function tryToHold(
  at: DeployAt,
  parts: DeployParts,
  { outputs, parameters }: Stack,
  warn: (text: string) => void,
): Promise<Held | undefined> {
  const { view, context } = at;
  if (!maySleep(parameters) || !outputs.KeeperFunctionName) return undefined;
  try {
    view.step('Holding the service awake');
    const held = await hold(parts.keeper(outputs.KeeperFunctionName, at), {
      now: context.now,
      onWaking: () => view.step('Waking the service (about a minute)'),
      signal: context.signal,
    });
    if (held.was === 'ill') warn('the service slept and did not become healthy when it was woken; going on');
    return held;
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    warn(`could not hold the service awake, so it may sleep through the update: ${error.message}`);
    return undefined;
  }
}

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { KeeperAnswer } from '../keeper/answer.ts';
import { setting } from '../settings/setting.ts';
import { errorFields, log } from '../telemetry/log.ts';
import { pause } from './pause.ts';

const lambda = new LambdaClient({});

/** Between two questions to the keeper (milliseconds). Waking takes a minute or two. */
const STEP_MS = 5000;

/** What a summary may need at least: with less left, the queue's next try is the better one (milliseconds). */
const ENOUGH_MS = 120_000;

/**
 * Has the keeper wake the service and waits until it is up. Where the keeper cannot be asked, the service is tried
 * all the same: it may well be awake.
 * @param deadline of the summary that is to follow, milliseconds since the epoch
 * @returns whether the service can be asked
 */
export async function waitAwake(deadline: number): Promise<boolean> {
  for (let told = false; ; ) {
    const answer = await askKeeper();
    if (answer === undefined || answer.state === 'awake') return true;
    if (!told) log('info', 'waking the service', { state: answer.state });
    told = true;
    if (Date.now() + STEP_MS + ENOUGH_MS >= deadline) return false;
    await pause(STEP_MS);
  }
}

async function askKeeper(): Promise<KeeperAnswer | undefined> {
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: setting('KEEPER_FUNCTION'), Payload: '{"action":"wake"}' }),
    );
    const text = new TextDecoder().decode(Payload);
    if (FunctionError !== undefined) throw new Error(`the keeper failed: ${text}`);
    return JSON.parse(text);
  } catch (error) {
    log('warn', 'the keeper could not be asked', errorFields(error));
    return undefined;
  }
}

import { answerOf, type KeeperAnswer } from './keeper/answer.ts';
import { check } from './keeper/check.ts';
import { hold, release } from './keeper/hold.ts';
import { readService, type ServiceState } from './keeper/service.ts';
import { reasonToStay, sleep } from './keeper/sleep.ts';
import { wake } from './keeper/wake.ts';
import { errorFields, log } from './telemetry/log.ts';

export interface KeeperRequest {
  action: 'wake' | 'hold' | 'release' | 'sleep' | 'status' | 'check';
  /** For `hold`: ISO 8601. */
  until?: string;
}

/**
 * The one authority for sleep and wake. Alarms cannot do it: one that stays in ALARM repeats its action every minute
 * and would put a woken service back to sleep.
 */
export async function handler(request: Partial<KeeperRequest>): Promise<KeeperAnswer> {
  try {
    return await answer(request);
  } catch (error) {
    log('error', `${request?.action ?? 'request'} failed`, errorFields(error));
    throw error;
  }
}

async function answer(request: Partial<KeeperRequest>): Promise<KeeperAnswer> {
  switch (request?.action) {
    case 'wake':
      return answerOf(await wake());
    case 'hold':
      return answerOf(await hold(request.until));
    case 'release':
      return answerOf(await release());
    case 'sleep':
      return sleepNow(await readService());
    case 'status':
      return answerOf(await readService());
    case 'check':
      return answerOf(await check());
    default:
      throw new Error('"action" must be wake, hold, release, sleep, status or check');
  }
}

async function sleepNow(service: ServiceState): Promise<KeeperAnswer> {
  const refused = reasonToStay(service);
  return refused === undefined ? answerOf(await sleep(service)) : answerOf(service, refused);
}

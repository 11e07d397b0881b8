import { API_KEY_HEADER, HEALTH_PATH } from '../../../server/names.ts';
import { dispatcherFor } from '../../../server/outbound/dispatcher.ts';
import type { CliContext } from '../../context.ts';
import { unfinished } from '../../errors.ts';
import { connectionError } from '../../service/service-error.ts';
import { sleep } from '../../sleep.ts';

const LIMIT_MS = 3 * 60_000;
const EVERY_MS = 2000;

/**
 * Waits until API Gateway lets a new key in, which takes it a moment. What the service behind it says is of no matter:
 * it may sleep.
 * @throws unfinished (exit 5) where that takes minutes
 */
export async function untilAccepted(
  url: string,
  value: string,
  { env, signal, version }: Pick<CliContext, 'env' | 'signal' | 'version'>,
): Promise<void> {
  const dispatcher = dispatcherFor(url, env);
  const { origin, pathname } = new URL(url);
  const headers = { [API_KEY_HEADER]: value, 'user-agent': `mcp-s3/${version}` };
  const begun = performance.now();
  try {
    for (;;) {
      const answer = await dispatcher
        .request({ origin, path: pathname + HEALTH_PATH, method: 'GET', headers, signal })
        .catch((error) => {
          throw connectionError(signal.aborted ? signal.reason : error, url);
        });
      await answer.body.dump();
      if (answer.statusCode !== 403) return;
      if (performance.now() - begun > LIMIT_MS) throw notYet();
      await sleep(EVERY_MS, signal);
    }
  } finally {
    await dispatcher.destroy();
  }
}

function notYet() {
  return unfinished('key_not_accepted', 'the new key exists, but API Gateway does not let it in yet', [
    'wait a moment, then try it: mcp-s3 verify',
  ]);
}

import { API_KEY_HEADER, HEALTH_PATH } from '../../server/names.ts';
import { dispatcherFor } from '../../server/outbound/dispatcher.ts';
import { secretValue } from '../aws/secrets.ts';
import { CliError } from '../errors.ts';
import { connectionError } from '../service/service-error.ts';
import { apiUrl } from '../targets/aws/api-url.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { isAsleep } from './sleep.ts';

/** A request as clients send it, at the end of the way: all that is before it was found good. */
export const endpoint: Diagnosis<Patient> = {
  id: 'endpoint',
  title: 'the service through its endpoint',
  needs: ['key', 'quota', 'link', 'way-in', 'load-balancer', 'target-health'],
  async look(patient, signal) {
    if (await isAsleep(patient)) return { state: 'absent', seen: 'it sleeps, and was not woken for this' };
    // Where the health may not be seen, the answer itself tells.
    const health = await patient.health().catch(() => undefined);
    if (health !== undefined && !health.some(({ state }) => state === 'healthy')) {
      return { state: 'absent', seen: 'no task is ready to be asked' };
    }
    const { connection, context, place } = patient;
    const url = apiUrl((await patient.stack()).outputs, context.env);
    const slot = await patient.keySlot();
    const value = await secretValue(connection, await patient.output(`ApiKeySecretArn${slot}`), signal);
    const dispatcher = dispatcherFor(url, context.env);
    try {
      const { origin, pathname } = new URL(url);
      const path = pathname.replace(/\/$/, '') + HEALTH_PATH;
      const headers = { [API_KEY_HEADER]: value, 'user-agent': `mcp-s3/${context.version}` };
      const answer = await dispatcher.request({ origin, path, method: 'GET', headers, signal });
      const text = (await answer.body.text()).trim().slice(0, 200);
      if (answer.statusCode === 200) return { state: 'good', seen: `${url}${HEALTH_PATH}: 200` };
      return {
        state: 'broken',
        cause: `endpoint-${answer.statusCode}`,
        says: `the service answers ${answer.statusCode} through its endpoint, although all that was looked at before is well`,
        evidence: [`GET ${url}${HEALTH_PATH}: ${answer.statusCode} ${text}`],
        remedy: MEANS[answer.statusCode]?.(place) ?? [`mcp-s3 logs --since 30m ${place}`],
      };
    } catch (error) {
      signal.throwIfAborted();
      const known = connectionError(error, url);
      if (!(known instanceof CliError)) throw error;
      return {
        state: 'broken',
        cause: 'endpoint-unreachable',
        says: known.message,
        evidence: [`GET ${url}${HEALTH_PATH}: no answer`],
        remedy: ["check this machine's network and proxy (HTTPS_PROXY, NO_PROXY)"],
      };
    } finally {
      await dispatcher.destroy();
    }
  },
};

const MEANS: Record<number, (place: string) => string[]> = {
  // A deployment of the API that is older than its methods, or one that names a link that is gone.
  403: (place) => [`publish the API again: mcp-s3 deploy ${place}`],
  404: (place) => [`publish the API again: mcp-s3 deploy ${place}`],
  500: (place) => [`publish the API again: mcp-s3 deploy ${place}`],
  429: (place) => [
    'too many requests at this moment: try again',
    `see how many there are: mcp-s3 metrics --since 1h ${place}`,
  ],
};

import { sleep } from '../../sleep.ts';
import { type Check, type Outcome, ok, type Walk, wrong } from '../check.ts';
import { shown } from '../requester.ts';

/** Requests at once, and in all. */
const BURST = 25;
const MOST = 200;
/** A new key is known to API Gateway after up to a minute. */
const KEY_WAIT_MS = 90_000;

/** Asks faster than the limits allow, with a key of its own, so that nobody else's requests are turned away. */
export const throttle: Check = {
  name: 'throttle',
  needs: ['health'],
  ofService: false,
  expected: `429 {"message":"Too Many Requests"} within ${MOST} requests`,
  remedy:
    'no limit is set, or a high one: see rateLimit and burst in mcp-s3.json, or --rate-limit and --burst',
  async run(walk) {
    const { target, mark, service } = walk;
    if (target.kind === 'endpoint') return burst(walk, service.apiKey);
    const name = `verify-${mark}`;
    await target.keys.create(name);
    try {
      const { value } = await target.keys.show(name);
      await untilKnown(walk, value);
      return await burst(walk, value);
    } finally {
      await target.keys.revoke(name);
    }
  },
};

async function burst({ request }: Walk, key: string | undefined): Promise<Outcome> {
  for (let sent = 0; sent < MOST; sent += BURST) {
    const asked = Array.from({ length: BURST }, () => request('/health', { burst: true, key: key ?? null }));
    const answers = await Promise.all(asked);
    const refused = answers.find(({ status }) => status !== 200);
    if (refused === undefined) continue;
    const { message } = (refused.json ?? {}) as { message?: unknown };
    if (refused.status === 429 && message === 'Limit Exceeded') {
      return wrong(shown(refused), "today's quota of the key is used up; it starts over at 00:00 UTC");
    }
    if (refused.status !== 429 || message !== 'Too Many Requests') return wrong(shown(refused));
    const passed = sent + answers.filter(({ status }) => status === 200).length;
    return ok(`429 after ${passed} requests`);
  }
  return wrong(`${MOST} requests, none refused`);
}

async function untilKnown({ request, context }: Walk, key: string): Promise<void> {
  const end = performance.now() + KEY_WAIT_MS;
  while ((await request('/health', { key })).status === 403 && performance.now() < end) {
    await sleep(500, context.signal);
  }
}

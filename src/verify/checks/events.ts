import { Readable } from 'node:stream';
import { type Check, type Outcome, ok, skipped, type Walk, wrong } from '../check.ts';
import { shown } from '../requester.ts';

/** Follows an upload of its own to the summary that nobody asked for: event, queue, function, service, cache. */
export const events: Check = {
  name: 'upload events',
  needs: ['upload'],
  ofService: false,
  expected: 'a new file is summarized ahead of time, and the first request for its summary is a cache hit',
  remedy: 'find where it stops: mcp-s3 doctor',
  async run(walk) {
    const { target, context, mark, prefix } = walk;
    const key = `${prefix}mcp-s3-verify-${mark}-events.txt`;
    const content = Buffer.from(
      `The tide table of the walk ${mark} was printed early, and read by nobody.\n`,
    );
    await target.upload(
      { key, open: async () => ({ body: Readable.from([content]), size: content.length }) },
      { noClobber: true, onProgress: () => {}, signal: context.signal },
    );
    try {
      return await follow(walk, key);
    } finally {
      await target.remove(key);
    }
  },
};

async function follow({ target, context, request }: Walk, key: string): Promise<Outcome> {
  const became = (await target.summarizedAhead?.(key, context.signal)) ?? { kind: 'off' };
  switch (became.kind) {
    case 'off':
      return skipped('new files are not summarized ahead of time here (--presummarize off)');
    case 'limit':
      return skipped("today's limit of summaries ahead of time is used up (--presummarize-limit)");
    case 'refused':
      return wrong(`the function for new files says: ${became.why}`);
    case 'unheard':
      return wrong(
        became.last === undefined
          ? `nothing was heard of it in the log of the function for new files within ${became.seconds} seconds`
          : `after ${became.seconds} seconds the function for new files says: ${became.last}`,
      );
  }
  const answer = await request('/summarize', { body: { file_key: key } });
  const { cached } = (answer.json ?? {}) as { cached?: unknown };
  if (answer.status !== 200) return wrong(shown(answer));
  return cached === true
    ? ok(`summarized in ${became.seconds.toFixed(1)} s, and cached`)
    : wrong(`the function has summarized it, and yet: 200, cached ${JSON.stringify(cached)}`);
}

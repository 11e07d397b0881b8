import { type Check, NO_FILE, ok, type Walk, wrong } from '../check.ts';
import { type Answer, shown } from '../requester.ts';

/** A model may take its time. */
const TIMEOUT_MS = 15 * 60_000;

export const summarize: Check = {
  name: 'summarize',
  needs: ['files'],
  ofService: true,
  expected: '200 with a summary, and who wrote it',
  remedy: 'look at the log: mcp-s3 logs --level error',
  async run(walk) {
    if (walk.file === undefined) return NO_FILE;
    const answer = await ask(walk, walk.file.key);
    const { summary, model, cached } = summaryOf(answer);
    if (answer.status !== 200 || typeof summary !== 'string' || typeof model !== 'string')
      return wrong(shown(answer));
    if (walk.file.content !== undefined && summary.trim() === '') return wrong('200 with an empty summary');
    walk.summary = summary;
    return ok(
      `200, ${summary.split(/\s+/).length} words by ${model}${cached === true ? ', from the cache' : ''}`,
    );
  },
};

export const summarizeCached: Check = {
  name: 'summarize again',
  needs: ['summarize'],
  ofService: true,
  expected: '200 with the same summary, from the cache',
  remedy:
    'summaries are not kept: see whether the service may write where they are cached (mcp-s3 logs --level warn)',
  async run(walk) {
    if (walk.file === undefined) return NO_FILE;
    const answer = await ask(walk, walk.file.key);
    const { summary, cached } = summaryOf(answer);
    if (answer.status !== 200) return wrong(shown(answer));
    if (cached !== true) return wrong(`200, cached ${JSON.stringify(cached)}`);
    return summary === walk.summary
      ? ok('200, from the cache')
      : wrong('200, from the cache, but another summary');
  },
};

function ask({ request }: Walk, key: string): Promise<Answer> {
  return request('/summarize', { body: { file_key: key, max_words: 50 }, timeoutMs: TIMEOUT_MS });
}

function summaryOf({ json }: Answer): { summary?: unknown; model?: unknown; cached?: unknown } {
  return typeof json === 'object' && json !== null ? json : {};
}

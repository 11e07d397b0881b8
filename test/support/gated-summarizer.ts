import type { Summarizer, SummaryRequest } from '../../server/summaries/summarizer.ts';

/** A summarizer that waits until the test lets it go on. */
export interface GatedSummarizer extends Summarizer {
  /** Calls so far. */
  readonly calls: SummaryRequest[];
  /** Resolves when there were so many calls. */
  called(count: number): Promise<void>;
  /** Lets every call finish, those to come as well. */
  open(): void;
  /** Calls that were aborted. */
  readonly aborted: unknown[];
}

export function gatedSummarizer(
  overrides: Partial<Summarizer> & { coverage?: number } = {},
): GatedSummarizer {
  const { coverage = 1, ...rest } = overrides;
  const calls: SummaryRequest[] = [];
  const aborted: unknown[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  return {
    model: 'gated',
    version: '1',
    calls,
    aborted,
    open: () => open(),
    called: (count) =>
      new Promise((resolve) => {
        if (calls.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async summarize(request) {
      calls.push(request);
      for (const { count, resolve } of waiting) if (calls.length >= count) resolve();
      let text = '';
      for await (const piece of request.text) text += piece;
      request.onProgress?.({ characters: text.length });
      await Promise.race([
        gate,
        new Promise((_, reject) => {
          request.signal?.addEventListener('abort', () => {
            aborted.push(request.signal?.reason);
            reject(request.signal?.reason);
          });
        }),
      ]);
      const summary = `Summary of ${text.length} characters.`;
      for (const piece of [summary.slice(0, 7), summary.slice(7)]) request.onDelta?.(piece);
      return { summary, coverage, usage: { input_tokens: 10, output_tokens: 5, model_calls: 1 } };
    },
    ...rest,
  };
}

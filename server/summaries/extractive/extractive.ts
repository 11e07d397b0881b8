import { abortable } from '../../abortable.ts';
import type { Summarizer, Summary, SummaryRequest } from '../summarizer.ts';
import { compose, type Limits } from './compose.ts';
import { Digest } from './digest.ts';

/** Characters worked on before looking at the clock and the signal. */
const SLICE = 16_384;
/** Milliseconds of work after which others get their turn. */
const TURN = 15;

/** Change it whenever the same text would be summarized differently. */
const VERSION = '1';

/**
 * The embedded summarizer: picks the sentences that stand for a text. No network, no model file, deterministic, in
 * memory that does not grow with the text and in time that grows with its length.
 * @param limits for measuring with a fixed number of sentences
 */
export function createExtractiveSummarizer(limits: Limits = {}): Summarizer {
  return {
    model: 'extractive-1',
    version: VERSION,
    async summarize(request: SummaryRequest): Promise<Summary> {
      const digest = new Digest(request.key, request.focus);
      await readAll(request, (piece) => digest.push(piece));
      const summary = compose(digest.finish(), request, limits);
      request.signal?.throwIfAborted();
      if (summary !== '') request.onDelta?.(summary);
      return { summary, coverage: 1, usage: { input_tokens: 0, output_tokens: 0, model_calls: 0 } };
    },
  };
}

async function readAll(request: SummaryRequest, push: (piece: string) => void): Promise<void> {
  const { signal } = request;
  signal?.throwIfAborted();
  let characters = 0;
  let turnEnds = performance.now() + TURN;
  const pieces = request.text[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await abortable(pieces.next(), signal);
      if (next.done === true) return;
      for (let from = 0; from < next.value.length; from += SLICE) {
        push(next.value.slice(from, from + SLICE));
        if (performance.now() < turnEnds) continue;
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        turnEnds = performance.now() + TURN;
      }
      characters += next.value.length;
      request.onProgress?.({ characters });
    }
  } catch (error) {
    pieces.return?.()?.catch(() => {});
    throw error;
  }
}

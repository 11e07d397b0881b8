import { createExtractiveSummarizer } from '../../server/summaries/extractive/extractive.ts';
import type { SummaryOptions } from '../../server/summaries/summarizer.ts';

/** A text in pieces of the given lengths, the last length repeated; never cut inside a code point. */
export async function* inPieces(
  text: string,
  lengths: readonly number[] = [text.length],
): AsyncGenerator<string> {
  for (let from = 0, i = 0; from < text.length; i++) {
    let to = from + Math.max(1, lengths[Math.min(i, lengths.length - 1)] ?? 1);
    const unit = text.charCodeAt(to);
    if (unit >= 0xdc00 && unit <= 0xdfff) to++;
    yield text.slice(from, to);
    from = to;
  }
}

/** What the embedded summarizer writes of a text: by default a paragraph of up to 60 words. */
export async function summarizeText(
  text: string,
  options: Partial<SummaryOptions> & { key?: string; lengths?: readonly number[] } = {},
): Promise<string> {
  const { lengths, ...rest } = options;
  const request = { style: 'paragraph', maxWords: 60, key: 'file.txt', ...rest } as const;
  return (await createExtractiveSummarizer().summarize({ ...request, text: inPieces(text, lengths) }))
    .summary;
}

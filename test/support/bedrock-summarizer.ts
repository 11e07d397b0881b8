import {
  type BedrockSummarizerOptions,
  createBedrockSummarizer,
} from '../../server/summaries/bedrock/bedrock-summarizer.ts';
import type { Summarizer, Summary, SummaryRequest } from '../../server/summaries/summarizer.ts';

export const MODEL = 'us.amazon.nova-2-lite-v1:0';

export interface TestSummarizer extends Summarizer {
  /** Milliseconds of each pause before another try; none is really waited. */
  pauses: number[];
}

/** Anything that speaks Bedrock. */
export interface BedrockAddress {
  readonly url: string;
}

/** The product's Bedrock summarizer, pointed at a test server. */
export function bedrockSummarizer(
  server: BedrockAddress,
  options: Partial<BedrockSummarizerOptions> = {},
): TestSummarizer {
  const pauses: number[] = [];
  const summarizer = createBedrockSummarizer({
    model: MODEL,
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
    pacing: {
      random: () => 0.5,
      pause: async (milliseconds, signal) => {
        signal?.throwIfAborted();
        pauses.push(milliseconds);
      },
    },
    ...options,
  });
  return { ...summarizer, pauses };
}

export interface Asked extends Summary {
  deltas: string[];
  progress: number[];
}

/** Asks for a summary of a text, which comes in pieces as from a file. */
export async function ask(
  summarizer: Summarizer,
  text: string,
  more: Partial<SummaryRequest> = {},
): Promise<Asked> {
  const deltas: string[] = [];
  const progress: number[] = [];
  const made = await summarizer.summarize({
    key: 'a.txt',
    style: 'paragraph',
    maxWords: 150,
    text: inPieces(text),
    onDelta: (delta) => deltas.push(delta),
    onProgress: ({ characters }) => progress.push(characters),
    ...more,
  });
  return { ...made, deltas, progress };
}

/** Pieces of 4,000 characters, never cut inside a code point. */
export async function* inPieces(text: string): AsyncGenerator<string> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + 4000);
    if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1]!)) to--;
    yield text.slice(from, to);
    from = to;
  }
}

/** So many numbered paragraphs of about 330 characters, 110 tokens by estimate. */
export function paragraphs(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `Paragraph ${index} ${'tells of the harbour in winter. '.repeat(10)}\n\n`,
  ).join('');
}

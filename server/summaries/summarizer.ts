import { SUMMARY_STYLES } from '../names.ts';

/** Summarizer: writes a summary of one text. Implementations: extractive/ (embedded), Bedrock. */
export interface Summarizer {
  /** Name that answers carry, such as `extractive-1` or a Bedrock model id. */
  readonly model: string;
  /** Changes whenever the same text would be summarized differently: part of the cache's key. */
  readonly version: string;

  /**
   * Reads the text once, in order, in memory that does not grow with it.
   * Throws ServiceError (`model_throttled`, `model_failed`); an aborted signal rejects with its reason.
   */
  summarize(request: SummaryRequest): Promise<Summary>;
}

export { SUMMARY_STYLES };
export type SummaryStyle = (typeof SUMMARY_STYLES)[number];

export interface SummaryOptions {
  /** `paragraph`: running prose. `bullets`: `- ` lines. `tldr`: one or two sentences. */
  style: SummaryStyle;
  /** Upper bound on the words of the summary, kept. */
  maxWords: number;
  /** Words or a question that matter to the reader: passages about them weigh more. */
  focus?: string;
}

export interface SummaryRequest extends SummaryOptions {
  /** Decoded text in pieces of any size; a piece may end inside a word, never inside a code point. */
  text: AsyncIterable<string>;
  /** File's key, as a hint to its format (`.md`, `.log`). */
  key: string;
  /** Called as reading goes on. `characters` is what was read so far (UTF-16 units). */
  onProgress?: (progress: { characters: number }) => void;
  /** Called with pieces of the summary as they are written, if the implementation writes it in pieces. */
  onDelta?: (text: string) => void;
  signal?: AbortSignal;
}

export interface Summary {
  /** Empty for a text without words. */
  summary: string;
  /** Share of the text that was looked at, 0 to 1. */
  coverage: number;
  usage: SummaryUsage;
}

/** Tokens as the model counts them; all zero for a summarizer that is no language model. */
export interface SummaryUsage {
  input_tokens: number;
  output_tokens: number;
  model_calls: number;
}

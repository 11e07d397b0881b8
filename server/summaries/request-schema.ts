import { z } from 'zod';
import { fileKey } from '../file-key.ts';
import { SUMMARY_BOUNDS } from '../names.ts';
import { DEFAULT_MAX_WORDS, DEFAULT_STYLE } from './defaults.ts';
import { SUMMARY_STYLES } from './summarizer.ts';

/** What a caller may ask of a summary: the body of `POST /summarize` and the arguments of `summarize_file`. */
export const summarizeInput = z.strictObject({
  file_key: fileKey,
  style: z
    .enum(SUMMARY_STYLES)
    .optional()
    .describe(
      `paragraph: running prose; bullets: a list; tldr: one or two sentences. Default ${DEFAULT_STYLE}.`,
    ),
  max_words: z
    .int()
    .min(SUMMARY_BOUNDS.minWords)
    .max(SUMMARY_BOUNDS.maxWords)
    .optional()
    .describe(`Most words of the summary. Default ${DEFAULT_MAX_WORDS}.`),
  focus: z
    .string()
    .max(SUMMARY_BOUNDS.focusLength)
    .optional()
    .describe('Words or a question that matter to the reader: passages about them weigh more.'),
  model: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Who writes the summary: one of the models that this server allows. Leave out for the default.',
    ),
  refresh: z.boolean().optional().describe('Write a new summary even if one is cached.'),
});
export type SummarizeInput = z.infer<typeof summarizeInput>;

/** A finished summary, as it is sent. */
export const summaryOutput = z.object({
  file_key: z.string(),
  summary: z.string(),
  model: z.string().describe('Who wrote the summary.'),
  cached: z.boolean(),
  coverage: z.number().min(0).max(1).describe('Share of the text that was looked at.'),
  etag: z.string().describe('The version of the file that was summarized.'),
  usage: z
    .object({ input_tokens: z.int(), output_tokens: z.int(), model_calls: z.int() })
    .describe('What this answer cost; zero when cached.'),
});

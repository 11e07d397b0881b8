import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { Summarizer, Summary, SummaryRequest } from '../summarizer.ts';
import { ChunkReader } from './chunk-reader.ts';
import { type BedrockConnection, createBedrockClient } from './client.ts';
import { coverageNote, wordsBeside } from './coverage-note.ts';
import { BedrockFailure } from './failure.ts';
import { ModelCalls } from './model-calls.ts';
import { modelName, traitsOf } from './model-traits.ts';
import { fitNotes, hasWords, type PartsOptions, takeNotes } from './part-notes.ts';
import {
  finalTokens,
  notesPrompt,
  notesTokens,
  PROMPT_VERSION,
  type Prompt,
  reducePrompt,
  summaryPrompt,
} from './prompt.ts';
import { type Pacing, REAL_PACING } from './retry.ts';
import { TokenCap } from './token-cap.ts';
import { estimateTokens } from './token-estimate.ts';
import { WordLimit } from './word-limit.ts';

/** Tokens that one summary may cost: with Nova 2 Lite about a third of a dollar, and some 3 MB of English. */
const DEFAULT_TOKEN_CAP = 1_000_000;
/** Below it not even one call has room beside its answer. */
const SMALLEST_TOKEN_CAP = 10_000;

/** Share of the window that is filled by estimate, which may be too low by as much for encoded data. */
const WINDOW_SHARE = 0.6;
/** Largest part of a file that is read in parts, tokens: small enough for notes that miss nothing of weight. */
const PART_TOKENS = 50_000;
const CONCURRENCY = 4;
/** A long prompt takes its time to the first token. */
const IDLE_MS = 180_000;

export interface BedrockSummarizerOptions extends BedrockConnection {
  /** Id of a model or an inference profile, or the ARN of one. */
  model: string;
  /** Tokens that one summary may cost, in and out. */
  tokenCap?: number;
  /** Instead of one of its own from region, profile and endpoint. */
  client?: BedrockRuntimeClient;
  /** Calls of one summary at one time. */
  concurrency?: number;
  /** Milliseconds without a sign of the model after which a call is given up. */
  idleMs?: number;
  /** Instead of what is known of the model, tokens. */
  window?: number;
  partTokens?: number;
  pacing?: Pacing;
}

/**
 * Summaries by a model on Amazon Bedrock, through ConverseStream. What fits into the model's window is read by one
 * call. A longer text is read in parts, which end at paragraphs, some at a time; the summary is then written from
 * the notes on them. Where the token cap ends that early, the summary says how much of the text it covers.
 */
export function createBedrockSummarizer(options: BedrockSummarizerOptions): Summarizer {
  const tokenCap = Math.max(SMALLEST_TOKEN_CAP, options.tokenCap ?? DEFAULT_TOKEN_CAP);
  const client = options.client ?? createBedrockClient(options);
  return {
    model: modelName(options.model),
    version: `bedrock-${PROMPT_VERSION}, cap ${tokenCap}`,
    async summarize(request) {
      const reader = new ChunkReader(request.text, request.signal);
      const calls = new ModelCalls({
        client,
        modelId: options.model,
        cap: new TokenCap(tokenCap),
        idleMs: options.idleMs ?? IDLE_MS,
        pacing: options.pacing ?? REAL_PACING,
      });
      try {
        return await summarize(request, { reader, calls, ...sizes(options, request) });
      } catch (error) {
        throw error instanceof BedrockFailure ? error.told : error;
      } finally {
        reader.close();
      }
    },
  };
}

interface Run {
  reader: ChunkReader;
  calls: ModelCalls;
  /** Most tokens of text in one prompt. */
  promptTokens: number;
  partTokens: number;
  concurrency: number;
}

function sizes(options: BedrockSummarizerOptions, request: SummaryRequest) {
  const window = (options.window ?? traitsOf(options.model).window) * WINDOW_SHARE;
  const fixed = estimateTokens(JSON.stringify(summaryPrompt('', '', request)));
  const promptTokens = Math.max(fixed, window - fixed - Math.max(finalTokens(request), notesTokens));
  return {
    promptTokens,
    partTokens: Math.min(options.partTokens ?? PART_TOKENS, promptTokens),
    concurrency: options.concurrency ?? CONCURRENCY,
  };
}

async function summarize(request: SummaryRequest, run: Run): Promise<Summary> {
  const { reader, calls, promptTokens } = run;
  const extension = extensionOf(request.key);
  const affordable = calls.cap.left - calls.cap.costOf(summaryPrompt('', extension, request));
  const whole = await reader.restWithin(Math.min(promptTokens, affordable));
  let { partTokens } = run;
  if (whole !== undefined) {
    report(request, reader);
    if (!hasWords(whole)) return { summary: '', coverage: 1, usage: calls.usage };
    try {
      return await writeSummary(summaryPrompt(whole, extension, request), 1, request, calls);
    } catch (error) {
      if (!(error instanceof BedrockFailure) || !error.tooLong) throw error;
      reader.putBack(whole);
      partTokens = Math.min(partTokens, Math.ceil(estimateTokens(whole) / 2));
    }
  }
  const perPart = partTokens + calls.cap.costOf(notesPrompt('', extension, request)) + notesTokens;
  if (affordable < 2 * perPart) return summarizeBeginning(Math.min(promptTokens, affordable), request, run);

  const parts: PartsOptions = {
    calls,
    options: request,
    extension,
    partTokens,
    mostNotes: promptTokens,
    concurrency: run.concurrency,
    signal: request.signal,
    onPart: () => report(request, reader),
  };
  const { notes, capped } = await takeNotes(reader, parts);
  const coverage = capped ? await shareRead(reader, request) : 1;
  if (notes.length === 0) return { summary: '', coverage, usage: calls.usage };
  const fitting = await fitNotes(notes, parts);
  const words = { ...request, maxWords: coverage < 1 ? wordsBeside(coverage, request) : request.maxWords };
  return writeSummary(reducePrompt(fitting, words), coverage, request, calls);
}

/** Where the cap does not even allow for two parts: what one call can read. */
async function summarizeBeginning(tokens: number, request: SummaryRequest, run: Run): Promise<Summary> {
  const text = (await run.reader.next(tokens)) ?? '';
  const coverage = await shareRead(run.reader, request);
  if (!hasWords(text)) return { summary: '', coverage, usage: run.calls.usage };
  const words = { ...request, maxWords: wordsBeside(coverage, request) };
  const prompt = summaryPrompt(text, extensionOf(request.key), words);
  return writeSummary(prompt, coverage, request, run.calls);
}

/** The last call: its text is passed on as it comes. */
async function writeSummary(
  prompt: Prompt,
  coverage: number,
  request: SummaryRequest,
  calls: ModelCalls,
): Promise<Summary> {
  const emit = (text: string): void => request.onDelta?.(text);
  const words = coverage < 1 ? wordsBeside(coverage, request) : request.maxWords;
  let written = new WordLimit(words, emit);
  const reply = await calls.run(prompt, {
    signal: request.signal,
    onTry: () => (written = new WordLimit(words, emit)),
    onText: (text) => written.push(text),
    mayRepeat: () => written.text === '',
  });
  let summary = written.end(reply.cutShort);
  if (coverage < 1) {
    const note = coverageNote(coverage, request);
    emit(note);
    summary += note;
  }
  return { summary, coverage, usage: calls.usage };
}

/** Share of the text that was handed out so far; reads on to its end to know. */
async function shareRead(reader: ChunkReader, request: SummaryRequest): Promise<number> {
  const read = reader.consumed;
  await reader.skipRest(() => report(request, reader));
  return reader.consumed === 0 ? 1 : read / reader.consumed;
}

function report(request: SummaryRequest, reader: ChunkReader): void {
  request.onProgress?.({ characters: reader.consumed });
}

/** A hint to the format. The rest of the name is left out: a copy of the file has the same summary. */
function extensionOf(key: string): string {
  return /\.([a-z0-9]{1,16})$/i.exec(key)?.[1]?.toLowerCase() ?? '';
}

import type { SummaryOptions } from '../summarizer.ts';
import { type ChunkReader, cutAt } from './chunk-reader.ts';
import { BedrockFailure } from './failure.ts';
import type { ModelCalls } from './model-calls.ts';
import { mergePrompt, notesPrompt, notesTokens, reducePrompt } from './prompt.ts';
import { estimateTokens } from './token-estimate.ts';

/** A part of fewer tokens is not split again when the model finds it too long: something else is wrong then. */
const SMALLEST_PART = 400;

export interface PartsOptions {
  calls: ModelCalls;
  options: SummaryOptions;
  extension: string;
  /** Size of a part, tokens. */
  partTokens: number;
  /** Most tokens that the notes may have together in one prompt. */
  mostNotes: number;
  /** Calls at one time. */
  concurrency: number;
  signal?: AbortSignal | undefined;
  onPart: () => void;
}

export interface PartNotes {
  /** On the parts, in the order of the text. */
  notes: string[];
  /** The token cap was reached before the end of the text. */
  capped: boolean;
}

/** Has notes taken on each part of a text, some at a time, until its end or the cap. The first failure ends all. */
export async function takeNotes(reader: ChunkReader, parts: PartsOptions): Promise<PartNotes> {
  const { calls, options, extension, partTokens, concurrency, onPart } = parts;
  const found: (string | undefined)[] = [];
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const signal = parts.signal === undefined ? stop.signal : AbortSignal.any([parts.signal, stop.signal]);
  let failed: { error: unknown } | undefined;
  let capped = false;

  const start = (chunk: string, index: number): void => {
    const work = notesOn(chunk, { ...parts, signal })
      .then(
        (notes) => {
          found[index] = notes;
        },
        (error) => {
          failed ??= { error };
          stop.abort(error);
        },
      )
      .finally(() => running.delete(work));
    running.add(work);
  };
  const affordable = (chunk: string): boolean => {
    const cost = calls.cap.costOf(notesPrompt(chunk, extension, options));
    return cost + reserveForReduce(found.length + 1, parts) <= calls.cap.left;
  };

  try {
    while (failed === undefined) {
      const chunk = await reader.next(partTokens);
      if (chunk === undefined) break;
      if (hasWords(chunk)) {
        // Calls under way may turn out cheaper than they were estimated.
        while (!affordable(chunk) && running.size > 0) await Promise.race(running);
        if (!affordable(chunk)) {
          reader.putBack(chunk);
          capped = true;
          break;
        }
        found.push(undefined);
        start(chunk, found.length - 1);
        if (running.size >= concurrency) await Promise.race(running);
      }
      onPart();
    }
    await Promise.all(running);
  } finally {
    stop.abort();
    await Promise.all(running);
  }
  if (failed !== undefined) throw failed.error;
  return { notes: found.filter((notes) => notes !== undefined), capped };
}

/** Merges neighbouring notes until all of them fit into one prompt. */
export async function fitNotes(notes: string[], parts: PartsOptions): Promise<string[]> {
  let fitting = notes;
  while (fitting.length > 1 && tokensOf(fitting) > parts.mostNotes) {
    const merged: string[] = [];
    for (const group of groupsWithin(fitting, parts.mostNotes)) {
      if (group.length === 1) merged.push(group[0]!);
      else
        merged.push(
          (await parts.calls.run(mergePrompt(group, parts.options), { signal: parts.signal })).text,
        );
    }
    // Notes that are long by themselves: no merging brings them together.
    if (merged.length === fitting.length) break;
    fitting = merged;
  }
  return fitting;
}

/** Whether there is anything that a summary could be made of. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

async function notesOn(chunk: string, parts: PartsOptions): Promise<string> {
  try {
    const prompt = notesPrompt(chunk, parts.extension, parts.options);
    return (await parts.calls.run(prompt, { signal: parts.signal })).text;
  } catch (error) {
    const tokens = estimateTokens(chunk);
    if (!(error instanceof BedrockFailure) || !error.tooLong || tokens < SMALLEST_PART) throw error;
    const middle = cutAt(chunk, tokens / 2);
    const first = await notesOn(chunk.slice(0, middle), parts);
    return `${first}\n${await notesOn(chunk.slice(middle), parts)}`;
  }
}

/** What must be left for the summary to be written from so many notes, merging included. */
function reserveForReduce(count: number, { calls, options, mostNotes }: PartsOptions): number {
  const notes = count * notesTokens;
  return calls.cap.costOf(reducePrompt([], options)) + (notes > mostNotes ? 2 * notes : notes);
}

function tokensOf(notes: readonly string[]): number {
  return notes.reduce((sum, note) => sum + estimateTokens(note), 0);
}

function groupsWithin(notes: readonly string[], tokens: number): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const note of notes) {
    const size = estimateTokens(note);
    const last = groups.at(-1);
    if (last === undefined || size > room) {
      groups.push([note]);
      room = tokens - size;
    } else {
      last.push(note);
      room -= size;
    }
  }
  return groups;
}

import type { z } from 'zod';
import type { LineIndexes } from '../files/lines/line-indexes.ts';
import type { FileStore } from '../files/store.ts';
import type { SummaryService } from '../summaries/service.ts';

/** A tool, free of any protocol library: its description for a model, its schemas and its work. */
export interface Tool<I extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  /** Written for a model: when to use it, what comes back, where to go on. */
  description: string;
  input: I;
  /** Only for tools whose answer is data: clients then hand the model this instead of the text. */
  output?: z.ZodObject;
  annotations: ToolAnnotations;
  /** May take longer than the idle limits on the way allow: answered as a stream that is kept open. */
  slow?: true;
  /** Throws ServiceError for what the model can do something about. */
  run(args: z.output<I>, context: ToolContext): Promise<ToolResult>;
}

export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint?: boolean;
  idempotentHint: boolean;
  /** False: the bucket is a closed world. */
  openWorldHint: boolean;
}

/** Of every tool that only looks. */
export const READ_ONLY: ToolAnnotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

export interface ToolServices {
  store: FileStore;
  summaries: SummaryService;
  lineIndexes: LineIndexes;
}

export interface ToolContext extends ToolServices {
  signal: AbortSignal;
  /** Absent when the caller did not ask for progress. */
  onProgress?: (progress: ToolProgress) => void;
  /** Adds to the request's log line. */
  note: (fields: ToolNote) => void;
  /** For a failure that is no failure of the whole call, and that the log should explain. */
  onFailure: (error: unknown) => void;
}

export interface ToolProgress {
  /** Grows with each report. */
  done: number;
  total?: number;
  message?: string;
}

export interface ToolNote {
  file_key?: string;
  cached?: boolean;
  model?: string;
  input_tokens?: number;
  output_tokens?: number;
  /** Milliseconds spent waiting for the summarizer. */
  model_ms?: number;
}

export interface ToolResult {
  /** One text, or several that belong to different files. */
  text: string | readonly string[];
  /** About the text, such as where to go on: sent apart from it, so that the text is exactly the file's. */
  note?: string;
  structured?: Record<string, unknown>;
  /** Nothing of what was asked for could be done. */
  failed?: true;
}

/** Keeps the types of a definition's schema and its code together. */
export function defineTool<I extends z.ZodObject>(tool: Tool<I>): Tool {
  return tool as unknown as Tool;
}

/** An answer that is data: the same JSON as text, for clients that know only that. */
export function dataResult(data: Record<string, unknown>): ToolResult {
  return { text: JSON.stringify(data), structured: data };
}

import type { Turn, UserPart } from '../aws/bedrock.ts';
import { failed, usageError } from '../errors.ts';
import type { TokenBudget } from './budget.ts';
import { fenced, LEFT_OUT, type Limit, lastTurn } from './prompt.ts';
import { type Source, SourceList } from './sources.ts';
import type { ToolAnswer } from './tools.ts';

/** The model's side of the conversation. */
export interface Chat {
  send(
    parts: UserPart[],
    options: { maxTokens: number; signal: AbortSignal; onText?: ((text: string) => void) | undefined },
  ): Promise<Turn>;
}

export interface AskOptions {
  chat: Chat;
  call(name: string, input: Record<string, unknown>): Promise<ToolAnswer>;
  /** Word that fences the results. */
  mark: string;
  /** Most calls of the model, at least 2. */
  maxSteps: number;
  budget: TokenBudget;
  signal: AbortSignal;
  /** The model is asked now. */
  onTurn?: (step: number) => void;
  /** A piece of the model's text. */
  onText?: ((text: string) => void) | undefined;
  /** The model's reply is whole; tools are called now, if there are any. */
  onReply?: (toolCalls: number) => void;
  onCall?: (call: CallRecord) => void;
}

export interface CallRecord {
  step: number;
  name: string;
  arguments: Record<string, unknown>;
  is_error: boolean;
  /** What went wrong, in the service's words. */
  error?: string;
  /** Bytes of the result. */
  bytes: number;
  duration_ms: number;
}

export interface AskResult {
  answer: string;
  /** False where a limit ended the work: the answer is what was found until then. */
  complete: boolean;
  stopped_by?: Limit | 'answer_length';
  steps: number;
  tool_calls: CallRecord[];
  sources: Source[];
  usage: { input_tokens: number; output_tokens: number };
}

/** Lets the model work with the tools until it answers, or a limit is reached. */
export async function ask(question: string, options: AskOptions): Promise<AskResult> {
  const { chat, budget, maxSteps, signal, mark } = options;
  const result: AskResult = {
    answer: '',
    complete: true,
    steps: 0,
    tool_calls: [],
    sources: [],
    usage: { input_tokens: 0, output_tokens: 0 },
  };
  const sources = new SourceList();
  let parts: UserPart[] = [{ text: question }];
  for (let step = 1; ; step++) {
    let plan = budget.plan(sizeOf(parts));
    if (step === 1 && plan.last) throw tooSmall();
    if (plan.over) {
      parts = parts.map((part) => ('toolCallId' in part ? { ...part, text: LEFT_OUT } : part));
      plan = budget.plan(sizeOf(parts));
    }
    const limit: Limit | undefined = plan.last ? 'tokens' : step === maxSteps ? 'steps' : undefined;
    if (plan.over) return { ...result, ...stopped('tokens'), sources: sources.list() };
    if (limit !== undefined) parts.push({ text: lastTurn(limit) });

    options.onTurn?.(step);
    const turn = await chat.send(parts, { maxTokens: plan.maxOutput, signal, onText: options.onText });
    budget.add(turn.usage);
    result.steps = step;
    result.usage.input_tokens += turn.usage.input;
    result.usage.output_tokens += turn.usage.output;
    const wanted = limit === undefined && turn.stop === 'tool_use' ? turn.toolCalls : [];
    options.onReply?.(wanted.length);
    if (turn.text.trim() !== '') result.answer = turn.text.trim();
    if (wanted.length === 0) return { ...result, ...ending(turn, limit), sources: sources.list() };

    const done = await Promise.all(wanted.map((call) => perform(call, step, options)));
    for (const { record, answer } of done) {
      result.tool_calls.push(record);
      if (!answer.isError) sources.add(record.name, record.arguments, answer);
    }
    parts = done.map(({ id, answer }) => ({ toolCallId: id, text: fenced(mark, answer) }));
  }
}

async function perform(
  { id, name, input }: Turn['toolCalls'][number],
  step: number,
  { call, onCall }: AskOptions,
): Promise<{ id: string; record: CallRecord; answer: ToolAnswer }> {
  const started = performance.now();
  const answer = input === undefined ? NO_JSON : await call(name, input);
  const record: CallRecord = {
    step,
    name,
    arguments: input ?? {},
    is_error: answer.isError,
    ...(answer.isError ? { error: answer.text } : {}),
    bytes: Buffer.byteLength(answer.text),
    duration_ms: Math.round(performance.now() - started),
  };
  onCall?.(record);
  return { id, record, answer };
}

const NO_JSON: ToolAnswer = {
  text: 'The arguments were no JSON object. Call again with valid JSON.',
  texts: [],
  structured: undefined,
  isError: true,
};

/** What the end of the last reply means for the answer. Throws where there is none. */
function ending(turn: Turn, limit: Limit | undefined): Partial<AskResult> {
  switch (turn.stop) {
    case 'guardrail_intervened':
      throw failed('guardrail', 'a guardrail of the account blocked the answer');
    case 'content_filtered':
    case 'refusal':
      throw failed('declined', 'the model declined to answer', [
        'ask in other words, or choose another model: --model ID',
      ]);
    case 'malformed_model_output':
    case 'malformed_tool_use':
      throw failed('model_failed', 'the model wrote something unreadable', [
        'try again, or choose another model: --model ID',
      ]);
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return stopped(limit ?? 'answer_length');
  }
  if (limit !== undefined) return stopped(limit);
  if (turn.text.trim() === '')
    throw failed('no_answer', 'the model ended without an answer', [
      'try again, or choose another model: --model ID',
    ]);
  return {};
}

function stopped(by: NonNullable<AskResult['stopped_by']>): Partial<AskResult> {
  return { complete: false, stopped_by: by };
}

function sizeOf(parts: UserPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}

function tooSmall() {
  return usageError(
    '--max-tokens is too small: the descriptions of the tools and the question alone need most of it',
    ['give more, such as --max-tokens 50000'],
  );
}

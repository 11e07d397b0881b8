import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { abortable } from '../../abortable.ts';
import { ServiceError } from '../../errors.ts';
import { BedrockFailure, bedrockFailure } from './failure.ts';
import { modelName, traitsOf } from './model-traits.ts';
import type { Prompt } from './prompt.ts';

export interface Reply {
  text: string;
  /** The bound on tokens ended it, not the model. */
  cutShort: boolean;
  inputTokens: number;
  outputTokens: number;
}

export interface ConverseOptions {
  client: BedrockRuntimeClient;
  modelId: string;
  /** Milliseconds without a sign of the model after which a call is given up. */
  idleMs: number;
  signal?: AbortSignal | undefined;
  /** Called with pieces of the text as they come. */
  onText?: (text: string) => void;
}

/** One try of one call of ConverseStream. Throws BedrockFailure; an aborted signal rejects with its reason. */
export async function converse(prompt: Prompt, options: ConverseOptions): Promise<Reply> {
  const { client, modelId, idleMs, signal } = options;
  const model = modelName(modelId);
  const { temperature } = traitsOf(modelId);
  signal?.throwIfAborted();
  const call = new AbortController();
  const idle = setTimeout(() => call.abort(noSign(model, idleMs)), idleMs);
  const follow = (): void => call.abort(signal?.reason);
  signal?.addEventListener('abort', follow, { once: true });
  let ended = false;
  try {
    const command = new ConverseStreamCommand({
      modelId,
      system: [{ text: prompt.system }],
      messages: [{ role: 'user', content: [{ text: prompt.user }] }],
      inferenceConfig: { maxTokens: prompt.maxTokens, ...(temperature === undefined ? {} : { temperature }) },
    });
    const sent = client.send(command, { abortSignal: call.signal });
    const { stream } = await abortable(sent, call.signal);
    if (stream === undefined) throw brokeOff(model);
    const reply = await readStream(stream, model, {
      signal: call.signal,
      onEvent: () => void idle.refresh(),
      onText: options.onText,
    });
    ended = true;
    return reply;
  } catch (error) {
    signal?.throwIfAborted();
    throw bedrockFailure(call.signal.aborted ? call.signal.reason : error, model);
  } finally {
    clearTimeout(idle);
    signal?.removeEventListener('abort', follow);
    // Cuts the connection of a call that is left before its end.
    if (!ended) call.abort();
  }
}

interface Reading {
  signal: AbortSignal;
  onEvent: () => void;
  onText: ((text: string) => void) | undefined;
}

async function readStream(
  stream: AsyncIterable<ConverseStreamOutput>,
  model: string,
  { signal, onEvent, onText }: Reading,
): Promise<Reply> {
  const reply: Reply = { text: '', cutShort: false, inputTokens: 0, outputTokens: 0 };
  let stopReason: string | undefined;
  const events = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value: event } = await abortable(events.next(), signal);
    if (done === true) break;
    onEvent();
    const text = event.contentBlockDelta?.delta?.text;
    if (text) {
      reply.text += text;
      onText?.(text);
    }
    stopReason = event.messageStop?.stopReason ?? stopReason;
    const usage = event.metadata?.usage;
    if (usage !== undefined) {
      // What was read from a prompt cache, or written to one, is counted apart.
      reply.inputTokens =
        (usage.inputTokens ?? 0) + (usage.cacheReadInputTokens ?? 0) + (usage.cacheWriteInputTokens ?? 0);
      reply.outputTokens = usage.outputTokens ?? 0;
    }
  }
  reply.cutShort = checkStop(stopReason, model, reply.text);
  return reply;
}

/** Whether the text was cut short; throws for all that is no answer. */
function checkStop(stopReason: string | undefined, model: string, text: string): boolean {
  switch (stopReason) {
    case undefined:
      throw brokeOff(model);
    case 'end_turn':
    case 'stop_sequence':
      if (text.trim() === '') throw failure(model, 'the model answered without a word. Try again', true);
      return false;
    case 'max_tokens':
    case 'model_context_window_exceeded':
      if (text.trim() === '') {
        throw failure(model, 'the model used up its tokens before it wrote a word. Choose another model');
      }
      return true;
    case 'guardrail_intervened':
      throw failure(
        model,
        'a guardrail of the account blocked the answer. Change it, or choose another model',
      );
    case 'content_filtered':
    case 'refusal':
      throw failure(model, 'the model declined to summarize this text. Choose another model');
    case 'malformed_model_output':
      throw failure(model, 'the model wrote something unreadable. Try again', true);
    default:
      throw failure(
        model,
        `the model stopped in a way that is not known here (${stopReason}). Choose another model`,
      );
  }
}

function failure(model: string, text: string, retry = false): BedrockFailure {
  return new BedrockFailure(new ServiceError('model_failed', `${model}: ${text}`), { retry });
}

function brokeOff(model: string): BedrockFailure {
  return failure(model, 'the answer broke off before its end. Try again', true);
}

function noSign(model: string, idleMs: number): BedrockFailure {
  return failure(
    model,
    `no sign of the model for ${Math.round(idleMs / 1000)} s. Try again, or choose a faster one`,
  );
}

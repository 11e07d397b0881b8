import type {
  ContentBlock,
  ConverseCommandOutput,
  ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { textAfterThinking } from './thinking.ts';

/** One reply of the model. */
export interface Turn {
  /** Without what the model thought aloud. */
  text: string;
  toolCalls: ToolCall[];
  /** Why it stopped, in Bedrock's words ("StopReason"), such as `end_turn`, `tool_use`, `max_tokens`. */
  stop: string;
  usage: TokenUsage;
}

export interface ToolCall {
  id: string;
  name: string;
  /** Undefined where the model wrote no JSON object. */
  input: Record<string, unknown> | undefined;
}

export interface TokenUsage {
  /** Also those that came from a prompt cache, or went into one. */
  input: number;
  output: number;
}

/** The block that is being written. */
interface OpenBlock {
  text: string;
  reasoning?: { text: string; signature: string; redacted?: Uint8Array };
  tool?: { id: string; name: string; json: string };
}

/**
 * Reads a reply to its end. Undefined where the stream ended before the reply was whole.
 * @param onText pieces of its text, as they come
 */
export async function readTurn(
  stream: AsyncIterable<ConverseStreamOutput>,
  onText: ((text: string) => void) | undefined,
): Promise<{ turn: Turn; blocks: ContentBlock[] } | undefined> {
  const open = new Map<number, OpenBlock>();
  const shown = textAfterThinking();
  const turn: Turn = { text: '', toolCalls: [], stop: '', usage: { input: 0, output: 0 } };
  const say = (text: string) => {
    turn.text += text;
    if (text !== '') onText?.(text);
  };
  for await (const { contentBlockStart, contentBlockDelta, messageStop, metadata } of stream) {
    const index = contentBlockStart?.contentBlockIndex ?? contentBlockDelta?.contentBlockIndex ?? 0;
    const block = open.get(index) ?? { text: '' };
    if (contentBlockStart !== undefined || contentBlockDelta !== undefined) open.set(index, block);
    const tool = contentBlockStart?.start?.toolUse;
    if (tool !== undefined) block.tool = { id: tool.toolUseId!, name: tool.name!, json: '' };
    addDelta(block, contentBlockDelta?.delta);
    if (contentBlockDelta?.delta?.text !== undefined) say(shown.add(contentBlockDelta.delta.text));
    if (messageStop !== undefined) turn.stop = messageStop.stopReason!;
    if (metadata?.usage !== undefined) {
      const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = metadata.usage;
      turn.usage.input = (inputTokens ?? 0) + (cacheReadInputTokens ?? 0) + (cacheWriteInputTokens ?? 0);
      turn.usage.output = outputTokens ?? 0;
    }
  }
  if (turn.stop === '') return undefined;
  say(shown.end());
  const written = [...open.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
  for (const { tool } of written) if (tool) turn.toolCalls.push({ ...tool, input: parseInput(tool.json) });
  return { turn, blocks: written.flatMap(messageBlock) };
}

/** A reply that came in one piece, as the stream that would have brought it. */
export async function* wholeAsStream({
  output,
  stopReason,
  usage,
}: ConverseCommandOutput): AsyncGenerator<ConverseStreamOutput> {
  for (const [contentBlockIndex, { text, toolUse }] of (output?.message?.content ?? []).entries()) {
    if (text !== undefined) yield { contentBlockDelta: { contentBlockIndex, delta: { text } } };
    if (toolUse === undefined) continue;
    const { toolUseId, name, input } = toolUse;
    yield { contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name } } } };
    yield {
      contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input: JSON.stringify(input ?? {}) } } },
    };
  }
  yield { messageStop: { stopReason } };
  yield { metadata: { usage, metrics: undefined } };
}

type Delta = NonNullable<ConverseStreamOutput['contentBlockDelta']>['delta'];

function addDelta(block: OpenBlock, delta: Delta): void {
  if (delta?.text !== undefined) block.text += delta.text;
  if (delta?.toolUse !== undefined && block.tool !== undefined) block.tool.json += delta.toolUse.input ?? '';
  if (delta?.reasoningContent === undefined) return;
  const { text = '', signature = '', redactedContent } = delta.reasoningContent;
  block.reasoning ??= { text: '', signature: '' };
  block.reasoning.text += text;
  block.reasoning.signature += signature;
  if (redactedContent !== undefined) block.reasoning.redacted = redactedContent;
}

/**
 * The block as the next request repeats it. Reasoning goes back only where it is signed: those models ask for it,
 * others refuse it. Empty text is refused by all.
 */
function messageBlock({ text, reasoning, tool }: OpenBlock): ContentBlock[] {
  if (tool !== undefined) {
    const input = (parseInput(tool.json) ?? {}) as never;
    return [{ toolUse: { toolUseId: tool.id, name: tool.name, input } }];
  }
  if (reasoning?.redacted !== undefined)
    return [{ reasoningContent: { redactedContent: reasoning.redacted } }];
  if (reasoning !== undefined) {
    const { text, signature } = reasoning;
    return signature === '' ? [] : [{ reasoningContent: { reasoningText: { text, signature } } }];
  }
  return text.trim() === '' ? [] : [{ text }];
}

function parseInput(json: string): Record<string, unknown> | undefined {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

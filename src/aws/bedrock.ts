import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  ConverseStreamCommand,
  type Message,
  type Tool,
} from '@aws-sdk/client-bedrock-runtime';
import { type BedrockTrouble, bedrockTrouble } from '../../server/outbound/bedrock-trouble.ts';
import { failed } from '../errors.ts';
import { bedrockError } from './bedrock-error.ts';
import { readTurn, type Turn, wholeAsStream } from './bedrock-turn.ts';
import { callSignal, orAborted } from './call.ts';
import { type AwsConnection, clientConfig } from './connection.ts';

export type { TokenUsage, ToolCall, Turn } from './bedrock-turn.ts';

export interface ChatOptions extends AwsConnection {
  /** Id of a model or of an inference profile, or the ARN of one. */
  model: string;
  system: string;
  tools: ChatTool[];
}

export interface ChatTool {
  name: string;
  description: string;
  /** JSON Schema of an object. */
  inputSchema: Record<string, unknown>;
}

/** What the user's side says: text, and the answers to the tool calls of the turn before. */
export type UserPart = { text: string } | { toolCallId: string; text: string };

export interface SendOptions {
  /** Most tokens of the reply. */
  maxTokens: number;
  signal: AbortSignal;
  /** Pieces of the reply's text as they are written. Nothing is repeated after the first of them. */
  onText?: ((text: string) => void) | undefined;
}

/** Tries of a reply whose stream broke before any of its text was passed on. */
const TRIES = 3;

/** One conversation with a model of Amazon Bedrock. Keeps the messages; failures are CliErrors. */
export class BedrockChat {
  private readonly options: ChatOptions;
  private readonly messages: Message[] = [];
  private client: BedrockRuntimeClient | undefined;
  /** Some models call tools only where they need not stream. */
  private streams = true;

  constructor(options: ChatOptions) {
    this.options = options;
  }

  /** Says the parts and waits for the whole reply. An aborted signal rejects with its reason. */
  async send(parts: UserPart[], options: SendOptions): Promise<Turn> {
    const messages = [...this.messages, { role: 'user' as const, content: parts.map(userBlock) }];
    const { turn, blocks } = await this.reply(messages, options);
    this.messages.push(messages.at(-1)!, { role: 'assistant', content: blocks });
    return turn;
  }

  close(): void {
    this.client?.destroy();
  }

  private async reply(messages: Message[], options: SendOptions) {
    const { signal, onText } = options;
    let spoke = false;
    const heard = (text: string) => {
      spoke = true;
      onText?.(text);
    };
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        const reply = await readTurn(
          await orAborted(this.call(messages, options), signal),
          onText === undefined ? undefined : heard,
        );
        if (reply !== undefined) return reply;
        if (spoke || attempt === TRIES) {
          throw failed('cut_short', 'the reply of the model ended before it was complete', ['try again']);
        }
      } catch (error) {
        signal.throwIfAborted();
        if (this.streams && isAboutStreaming(error)) this.streams = false;
        else if (spoke || attempt === TRIES || !isMidStream(error)) throw bedrockError(error, this.options);
      }
    }
  }

  private async call(messages: Message[], { maxTokens, signal }: SendOptions) {
    const abortSignal = callSignal(signal);
    const { model, system, tools } = this.options;
    this.client ??= new BedrockRuntimeClient(clientConfig(this.options, 'BEDROCK_RUNTIME'));
    const input = {
      modelId: model,
      system: [{ text: system }],
      messages,
      toolConfig: { tools: tools.map(toolBlock) },
      inferenceConfig: { maxTokens },
    };
    if (!this.streams)
      return wholeAsStream(await this.client.send(new ConverseCommand(input), { abortSignal }));
    const { stream } = await this.client.send(new ConverseStreamCommand(input), { abortSignal });
    return stream!;
  }
}

function userBlock(part: UserPart): ContentBlock {
  if (!('toolCallId' in part)) return { text: part.text };
  // No `status`: models of few vendors take it ("ToolResultBlock", Bedrock's API reference).
  return { toolResult: { toolUseId: part.toolCallId, content: [{ text: part.text }] } };
}

/** Nova takes no more at the top of a schema than these ("Using tools", Amazon Nova's guide). */
function toolBlock({ name, description, inputSchema }: ChatTool): Tool {
  const { properties = {}, required } = inputSchema;
  const json = { type: 'object', properties, ...(required === undefined ? {} : { required }) } as never;
  return { toolSpec: { name, description, inputSchema: { json } } };
}

function isAboutStreaming(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ValidationException' && /stream/i.test(message);
}

const PASSING = new Set<BedrockTrouble>(['broke_off', 'failed', 'no_capacity', 'throttled']);

/** A failure inside a stream that had begun: the SDK repeats only requests. */
function isMidStream(error: unknown): boolean {
  const { name, message, code } = error as Error & { code?: string };
  const trouble = bedrockTrouble({ name, message, status: undefined });
  return (
    (trouble !== undefined && PASSING.has(trouble)) ||
    /truncated event message|checksum|premature|terminated/i.test(message) ||
    code === 'UND_ERR_SOCKET'
  );
}

import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import type { SummaryUsage } from '../summarizer.ts';
import { converse, type Reply } from './converse.ts';
import type { Prompt } from './prompt.ts';
import { type Pacing, withRetries } from './retry.ts';
import type { TokenCap } from './token-cap.ts';

export interface ModelCallsParts {
  client: BedrockRuntimeClient;
  modelId: string;
  cap: TokenCap;
  idleMs: number;
  pacing: Pacing;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Called before each try; what came of the one before counts no more. */
  onTry?: () => void;
  onText?: (text: string) => void;
  /** False once something was passed on that cannot be taken back. */
  mayRepeat?: () => boolean;
}

/** The calls that one summary makes: retried, counted, charged to its cap. */
export class ModelCalls {
  readonly usage: SummaryUsage = { input_tokens: 0, output_tokens: 0, model_calls: 0 };
  readonly cap: TokenCap;
  readonly #parts: ModelCallsParts;

  constructor(parts: ModelCallsParts) {
    this.#parts = parts;
    this.cap = parts.cap;
  }

  /** Throws BedrockFailure; an aborted signal rejects with its reason. */
  async run(prompt: Prompt, { signal, onTry, onText, mayRepeat }: CallOptions = {}): Promise<Reply> {
    const { client, modelId, idleMs, pacing } = this.#parts;
    const cost = this.cap.costOf(prompt);
    this.cap.reserve(cost);
    let reply: Reply | undefined;
    try {
      const call = (): Promise<Reply> => {
        onTry?.();
        return converse(prompt, {
          client,
          modelId,
          idleMs,
          signal,
          ...(onText === undefined ? {} : { onText }),
        });
      };
      reply = await withRetries(call, pacing, mayRepeat ?? (() => true), signal);
      this.usage.input_tokens += reply.inputTokens;
      this.usage.output_tokens += reply.outputTokens;
      this.usage.model_calls++;
      return reply;
    } finally {
      this.cap.settle(cost, prompt, reply);
    }
  }
}

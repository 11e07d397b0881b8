import type { TokenUsage } from '../aws/bedrock-turn.ts';

/** Most tokens of one reply: what every model with tools can write. */
const MOST_OUTPUT = 4096;
/** Tokens kept back for a last answer. */
const ANSWER = 1500;
/** Fewer make no answer. */
const LEAST_ANSWER = 200;
/** Tokens of a reply that calls tools. */
const CALLS = 500;
/** Cautious: prose has four characters to a token, dense text and JSON fewer. */
const CHARACTERS_PER_TOKEN = 3;

export interface Plan {
  /** Most tokens of the reply. */
  maxOutput: number;
  /** There is no room for another call after this one. */
  last: boolean;
  /** This call itself does not fit. */
  over: boolean;
}

/**
 * The tokens of one question, in and out, over all calls. Each call sends the whole conversation again, so a call is
 * paid with all that was said before it.
 */
export class TokenBudget {
  used = 0;
  private conversation: number;
  private readonly max: number;

  /** @param fixedCharacters of what every call sends: instructions and tools. */
  constructor(max: number, fixedCharacters: number) {
    this.max = max;
    this.conversation = tokens(fixedCharacters);
  }

  add({ input, output }: TokenUsage): void {
    this.used += input + output;
    this.conversation = input + output;
  }

  /** @param characters of what is said next. */
  plan(characters: number): Plan {
    const input = this.conversation + tokens(characters);
    const left = this.max - this.used - input;
    return {
      maxOutput: Math.min(MOST_OUTPUT, Math.max(1, left)),
      last: left < CALLS + input + ANSWER,
      over: left < LEAST_ANSWER,
    };
  }
}

function tokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

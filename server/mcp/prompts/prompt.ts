import { ServiceError } from '../../errors.ts';
import type { FileStore } from '../../files/store.ts';
import { quoted } from '../quoted.ts';

/** A prompt, free of any protocol library: what a person can start from a menu. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** What the model is told. Values come as the person typed them: they are quoted as JSON strings. */
  text(values: Readonly<Record<string, string>>): string;
}

export interface PromptArgument {
  name: string;
  title: string;
  description: string;
  required?: true;
  /** Finds values that begin like the one that is being typed. */
  complete?: (store: FileStore, typed: string, signal: AbortSignal) => Promise<Completions>;
}

export interface Completions {
  /** At most 100, as the protocol has it. */
  values: string[];
  hasMore: boolean;
}

/** Longest value of an argument, characters. */
const MAX_VALUE = 2000;

/** Checks the values and writes the prompt. Throws `bad_request` that names what is missing, unknown or too long. */
export function writePrompt(prompt: Prompt, values: Readonly<Record<string, string>>): string {
  const known = prompt.arguments.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new ServiceError(
      'bad_request',
      `${prompt.name} has no argument ${quoted(unknown[0]!)}; it has ${known.join(', ')}`,
    );
  }
  const given: Record<string, string> = {};
  for (const { name, required } of prompt.arguments) {
    const value = values[name] ?? '';
    if (value === '' && required) throw new ServiceError('bad_request', `${prompt.name} needs ${name}`);
    if (value.length > MAX_VALUE) {
      throw new ServiceError('bad_request', `${name} is longer than ${MAX_VALUE} characters`);
    }
    if (value !== '') given[name] = value;
  }
  return prompt.text(given);
}

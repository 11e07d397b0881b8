import { ServiceError } from '../../errors.ts';
import type { FileStore } from '../../files/store.ts';
import { quoted } from '../quoted.ts';
import { resourceTemplate } from '../resources/resource-uri.ts';
import { completeKey } from './complete-keys.ts';
import type { Prompt, PromptArgument } from './prompt.ts';

export interface CompletionRequest {
  ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
  argument: { name: string; value: string };
}

/**
 * Completes an argument of a prompt, or the key of the resource template. Keys are given as they are, for clients
 * that encode them when they fill the template in. Throws `bad_request` for what there is not.
 */
export async function complete(
  request: CompletionRequest,
  prompts: readonly Prompt[],
  store: FileStore,
  signal: AbortSignal,
) {
  const { ref, argument } = request;
  const completer = ref.type === 'ref/prompt' ? ofPrompt(prompts, ref.name) : ofTemplate(store, ref.uri);
  const found = completer.find(({ name }) => name === argument.name);
  if (found === undefined) {
    const names = completer.map(({ name }) => name).join(', ');
    throw new ServiceError('bad_request', `no argument ${quoted(argument.name)}: there is ${names}`);
  }
  const { values, hasMore } = (await found.complete?.(store, argument.value, signal)) ?? {
    values: [],
    hasMore: false,
  };
  return { completion: { values, hasMore, ...(hasMore ? {} : { total: values.length }) } };
}

type Completer = Pick<PromptArgument, 'name' | 'complete'>;

function ofPrompt(prompts: readonly Prompt[], name: string): readonly Completer[] {
  const prompt = prompts.find((each) => each.name === name);
  if (prompt === undefined) throw new ServiceError('bad_request', `no prompt ${quoted(name)}`);
  return prompt.arguments;
}

function ofTemplate({ bucket }: FileStore, uri: string): readonly Completer[] {
  if (uri === resourceTemplate(bucket)) return [{ name: 'key', complete: completeKey }];
  throw new ServiceError(
    'bad_request',
    `no resource template ${quoted(uri)}: there is ${resourceTemplate(bucket)}`,
  );
}

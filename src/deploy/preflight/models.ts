import { ACCESS_DENIED } from '../../aws/aws-error.ts';
import { modelArns, tryModel } from '../../aws/bedrock-access.ts';
import { findInferenceProfile } from '../../aws/inference-profiles.ts';
import { DEFAULT_MODEL } from '../../default-model.ts';
import { CliError, EXIT, usageError } from '../../errors.ts';
import type { Parameters } from '../../stack/deploy-settings.ts';
import { EMBEDDED } from '../../stack/values/model.ts';
import type { Findings, Look } from './look.ts';

/** Which models write, by which ARNs they are allowed, and whether the account may use them. */
export async function checkModels(look: Look): Promise<Findings> {
  const { connection, stack, planned, signal } = look;
  const model = planned.ModelId || (await defaultModel(look));
  const others = (planned.AllowedModels ?? '').split(',').filter(Boolean);
  const warnings: string[] = [];
  const known = (name: string) => (stack?.parameters[name] ?? '').split(',').filter(Boolean);
  const unchanged =
    stack?.parameters.ModelId === model && stack.parameters.AllowedModels === others.join(',');
  try {
    const [arns, ...otherArns] = await Promise.all(
      [model, ...others].map((each) => (each === EMBEDDED ? [] : modelArns(connection, each, signal))),
    );
    // A profile learns of further regions: its list is read anew each time.
    const facts: Parameters = { ModelId: model, ModelArns: sorted(arns!) };
    facts.AllowedModelArns = sorted(otherArns.flat());
    const before = new Set([...known('ModelId'), ...known('AllowedModels')]);
    for (const each of new Set([model, ...others])) {
      if (each !== EMBEDDED && !before.has(each)) warnings.push(...(await access(look, each)));
    }
    return { facts, warnings };
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== ACCESS_DENIED || !unchanged) throw error;
    return { warnings: [`could not look at the inference profile: ${error.message}`] };
  }
}

async function defaultModel({ connection, signal }: Look): Promise<string> {
  const found = await findInferenceProfile(DEFAULT_MODEL.id, connection, signal);
  if (found !== undefined) return found;
  throw usageError(
    `Bedrock has no inference profile for ${DEFAULT_MODEL.name}, the default model, in ${connection.region}`,
    [
      `see what there is: aws bedrock list-inference-profiles --region ${connection.region}`,
      `then name one: --model ID, or --model ${EMBEDDED} for summaries without a model`,
      'or choose another region with --region',
    ],
    'no_default_model',
  );
}

async function access({ connection, signal }: Look, model: string): Promise<string[]> {
  try {
    if ((await tryModel(connection, model, signal)) === 'open') return [];
    return [
      `could not try the model ${model}: needs bedrock:InvokeModel; whether the account may use it shows with the first summary`,
    ];
  } catch (error) {
    // Busy or out of reach for a moment: no reason to give up.
    if (!(error instanceof CliError) || !isPassing(error)) throw error;
    return [`could not try the model ${model}: ${error.message}`];
  }
}

function isPassing({ exitCode, code }: CliError): boolean {
  return exitCode === EXIT.unfinished || code === 'model_throttled' || code === 'model_failed';
}

/** The same list in the same order: another order would be a change. */
function sorted(arns: string[]): string {
  return [...new Set(arns)].sort().join(',');
}

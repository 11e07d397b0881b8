import { dispatcherFor } from '../../server/outbound/dispatcher.ts';
import { ACCESS_DENIED } from '../aws/aws-error.ts';
import type { Stack } from '../aws/cloudformation.ts';
import { CliError, failed } from '../errors.ts';
import { changeDefinition } from './definition.ts';
import type { DeployAt, DeployParts } from './deploy-context.ts';
import { smokeTest } from './smoke.ts';
import type { TrialCheck } from './trial-check.ts';

export interface TrialOptions {
  /** ARN of the task definition that ran before; absent after a first deployment. */
  before?: string | undefined;
  /** Also go the acceptance walk. */
  verify: boolean;
  /** See {@link smokeTest}. */
  patienceMs?: number | undefined;
}

/**
 * Tries the deployed service through its real endpoint. Where the service itself answers wrongly and ran another task
 * definition before, that is put back.
 * @throws failed (exit 1) where the trial fails
 */
export async function tryOut(
  at: DeployAt,
  parts: DeployParts,
  stack: Stack,
  { before, verify, patienceMs = parts.patienceMs }: TrialOptions,
): Promise<TrialCheck[]> {
  const { view } = at;
  view.step('Trying it out through its endpoint');
  const apiKey = await keyFor(at, parts, stack, verify);
  if (apiKey === undefined) return [];
  const smoked = await smoke(at, parts.apiUrl(stack, at), apiKey, patienceMs);
  view.tried(smoked);
  await judge(at, stack, before, smoked, {
    code: 'smoke_test_failed',
    words: ({ expected }) => `expected that ${expected}`,
  });
  if (!verify) return smoked;

  const walked = await parts.walk(at);
  const shown = (state: TrialCheck['state']) => view.tried(walked.filter((check) => check.state === state));
  shown('failed');
  await judge(at, stack, before, walked, {
    code: 'verify_failed',
    words: ({ name, expected }) => `at "${name}", expected ${expected}`,
  });
  shown('unknown');
  view.note('ok: the acceptance walk');
  return [...smoked, ...walked];
}

async function smoke(
  { context }: DeployAt,
  url: string,
  apiKey: string,
  patienceMs: number | undefined,
): Promise<TrialCheck[]> {
  const { env, version, signal } = context;
  const dispatcher = dispatcherFor(url, env);
  try {
    const patience = patienceMs === undefined ? {} : { patienceMs };
    return await smokeTest({ url, apiKey, version, dispatcher, signal, ...patience });
  } finally {
    await dispatcher.destroy();
  }
}

/** Undefined where these credentials may deploy and not read the key: then there is no trial, which is said. */
async function keyFor(
  at: DeployAt,
  parts: DeployParts,
  stack: Stack,
  needed: boolean,
): Promise<string | undefined> {
  try {
    return await parts.apiKey(stack, at);
  } catch (error) {
    if (needed || !(error instanceof CliError) || error.code !== ACCESS_DENIED) throw error;
    at.view.warn(`the service was not tried out: ${error.message}`);
    return undefined;
  }
}

/** Throws where a check failed, after what ran before was put back if the service is to blame. */
async function judge(
  at: DeployAt,
  stack: Stack,
  before: string | undefined,
  checks: TrialCheck[],
  { code, words }: { code: string; words: (check: TrialCheck) => string },
): Promise<void> {
  const failures = checks.filter(({ state }) => state === 'failed');
  const broken = failures.find(({ blamesService }) => blamesService) ?? failures[0];
  if (broken === undefined) return;
  const back = broken.blamesService ? await putBack(at, stack, before) : '';
  throw failed(
    code,
    `the stack stands, but the service does not answer as it should: ${words(broken)}, got ${broken.seen}${back}`,
    [
      `find the cause: mcp-s3 doctor --stage ${at.stage}`,
      `the service's own words: mcp-s3 logs --since 15m --stage ${at.stage}`,
    ],
  );
}

/** Puts the task definition from before back. Returns the sentence that tells of it. */
async function putBack(at: DeployAt, { outputs }: Stack, before: string | undefined): Promise<string> {
  if (before === undefined || before === outputs.TaskDefinitionArn) return '';
  at.view.step('Putting the task definition from before back');
  try {
    await changeDefinition(at, outputs, before);
    return '. The task definition from before runs again';
  } catch (error) {
    at.context.signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    return `. The task definition from before could not be put back: ${error.message}`;
  }
}

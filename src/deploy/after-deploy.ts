import { ACCESS_DENIED } from '../aws/aws-error.ts';
import type { Stack } from '../aws/cloudformation.ts';
import { runDefinition } from '../aws/ecs-task-definition.ts';
import { CliError, failed } from '../errors.ts';
import { dispatcherFor } from '../service/http.ts';
import type { DeployAt, DeployParts } from './deploy-context.ts';
import { type SmokeCheck, smokeTest } from './smoke.ts';

/**
 * Tries the deployed service through its real endpoint. Where the service itself answers wrongly and ran another task
 * definition before, that is put back.
 * @param options.before the stack before the update; absent after a first deployment
 * @param options.patienceMs see {@link smokeTest}
 * @throws failed (exit 1) where the test fails
 */
export async function tryOut(
  at: DeployAt,
  parts: DeployParts,
  stack: Stack,
  { before, patienceMs = parts.patienceMs }: { before?: Stack; patienceMs?: number | undefined } = {},
): Promise<SmokeCheck[]> {
  const { view, context } = at;
  view.step('Trying it out through its endpoint');
  const url = parts.apiUrl(stack, at);
  const dispatcher = dispatcherFor(url, context.env);
  try {
    const apiKey = await keyFor(at, parts, stack);
    if (apiKey === undefined) return [];
    const { version, signal } = context;
    const checks = await smokeTest({
      url,
      apiKey,
      version,
      dispatcher,
      signal,
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
    view.smoke(checks);
    const broken = checks.find(({ state }) => state === 'failed');
    if (broken === undefined) return checks;
    const back = broken.blamesService && (await putBack(at, stack, before));
    throw failed(
      'smoke_test_failed',
      `the stack stands, but the service does not answer as it should: expected that ${broken.expected}, got ${broken.seen}${back ? '. The task definition from before runs again' : ''}`,
      [
        `find the cause: mcp-s3 doctor --stage ${at.stage}`,
        `the service's own words: mcp-s3 logs --since 15m --stage ${at.stage}`,
      ],
    );
  } finally {
    await dispatcher.destroy();
  }
}

/** Undefined where these credentials may deploy and not read the key: then there is no trial, which is said. */
async function keyFor(at: DeployAt, parts: DeployParts, stack: Stack): Promise<string | undefined> {
  try {
    return await parts.apiKey(stack, at);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== ACCESS_DENIED) throw error;
    at.view.warn(`the service was not tried out: ${error.message}`);
    return undefined;
  }
}

/** Whether the task definition from before was put back. */
async function putBack(
  { connection, view, context }: DeployAt,
  { outputs }: Stack,
  before: Stack | undefined,
): Promise<boolean> {
  const old = before?.outputs.TaskDefinitionArn;
  const { TaskDefinitionArn: current, ClusterName, ServiceName } = outputs;
  if (old === undefined || old === current || !ClusterName || !ServiceName) return false;
  view.step('Putting the task definition from before back');
  await runDefinition(connection, { cluster: ClusterName, service: ServiceName }, old, context.signal);
  return true;
}

import type { Stack } from '../aws/cloudformation.ts';
import { runDefinition } from '../aws/ecs-task-definition.ts';
import { failed } from '../errors.ts';
import { dispatcherFor } from '../service/http.ts';
import type { DeployAt, DeployParts } from './deploy-context.ts';
import { type SmokeCheck, smokeTest } from './smoke.ts';

/**
 * Tries the deployed service through its real endpoint. Where the service itself answers wrongly and ran another task
 * definition before, that is put back.
 * @param before the stack before the update; undefined after a first deployment
 * @throws failed (exit 1) where the test fails
 */
export async function tryOut(
  at: DeployAt,
  parts: DeployParts,
  stack: Stack,
  before: Stack | undefined,
): Promise<SmokeCheck[]> {
  const { view, context } = at;
  view.step('Trying it out through its endpoint');
  const url = parts.apiUrl(stack, at);
  const dispatcher = dispatcherFor(url, context.env);
  try {
    const apiKey = await parts.apiKey(stack, at);
    const { version, signal } = context;
    const checks = await smokeTest({ url, apiKey, version, dispatcher, signal });
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

import { CliError, EXIT, InterruptedError } from '../errors.ts';
import { placeFlags } from '../targets/aws/deployed-stack.ts';
import type { DeployAt } from './deploy-context.ts';

/**
 * Does what AWS goes on with by itself once it has begun: whoever stops watching then is told so, and how to watch
 * again.
 */
export async function goingOn<T>(
  { stage, connection }: DeployAt,
  work: { begun: boolean },
  watch: () => Promise<T>,
): Promise<T> {
  try {
    return await watch();
  } catch (error) {
    if (!work.begun || !(error instanceof CliError)) throw error;
    const again = `watch it again: mcp-s3 deploy ${placeFlags(stage, connection)}`;
    if (error instanceof InterruptedError) {
      throw new CliError(
        EXIT.interrupted,
        'interrupted',
        `stopped watching; the deployment of stage ${stage} goes on in AWS`,
        { suggestions: [again] },
      );
    }
    if (error.exitCode !== EXIT.credentials && error.exitCode !== EXIT.unfinished) throw error;
    throw new CliError(error.exitCode, error.code, `${error.message}; the deployment goes on in AWS`, {
      suggestions: [...error.suggestions, again],
      cause: error,
    });
  }
}

import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Target } from './target.ts';

/** Opens the target that the settings chose. */
export async function openTarget(settings: Settings, context: CliContext): Promise<Target> {
  switch (settings.kind) {
    case 'local': {
      const { LocalTarget } = await import('./local/local-target.ts');
      return LocalTarget.open(settings, context);
    }
    case 'endpoint': {
      const { EndpointTarget } = await import('./endpoint-target.ts');
      return new EndpointTarget(settings, context);
    }
    case 'aws': {
      const { AwsTarget } = await import('./aws/aws-target.ts');
      return AwsTarget.open(settings, context).catch((error) => {
        throw orLocally(error);
      });
    }
  }
}

/** Whoever has no AWS account may have meant this machine. */
function orLocally(error: unknown): unknown {
  if (!(error instanceof CliError) || !['no_region', 'no_credentials'].includes(error.code)) return error;
  const suggestions = [...error.suggestions, 'or add --local to work on this machine'];
  return new CliError(error.exitCode, error.code, error.message, { suggestions, cause: error.cause });
}

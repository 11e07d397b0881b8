import type { CliContext } from '../context.ts';
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
      return AwsTarget.open(settings, context);
    }
  }
}

import { CliError } from '../errors.ts';
import { runBuilder } from './build-step.ts';
import { type Builder, findBuilders } from './builder.ts';

/** Images on this machine that were built for a repository, whichever program keeps them. */
export async function findStageImages(
  repository: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ names: string[]; remove: (signal: AbortSignal) => Promise<void> }> {
  const found: { builder: Builder; names: string[] }[] = [];
  for (const builder of await findBuilders(env, signal)) {
    const names = await imagesOf(builder, repository, env, signal);
    if (names.length > 0) found.push({ builder, names });
  }
  return {
    // Podman and buildah keep theirs at the same place.
    names: [...new Set(found.flatMap(({ names }) => names))],
    remove: async (abort) => {
      for (const { builder } of found) {
        const names = await imagesOf(builder, repository, env, abort);
        if (names.length === 0) continue;
        const step = { builder, env, report: () => undefined, signal: abort };
        await runBuilder('remove the images of this machine', ['rmi', ...names], step);
      }
    },
  };
}

async function imagesOf(
  builder: Builder,
  repository: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string[]> {
  const name = builder.name === 'buildah' ? 'Name' : 'Repository';
  const args = ['images', '--format', `{{.${name}}}:{{.Tag}}`];
  try {
    const step = { builder, env, report: () => undefined, signal };
    const lines = (await runBuilder('list its images', args, step)).split(/\r?\n/);
    return lines.filter((line) => line.startsWith(`${repository}:`) && !line.endsWith(':<none>'));
  } catch (error) {
    if (signal.aborted || !(error instanceof CliError)) throw error;
    return [];
  }
}

import { CliError } from '../errors.ts';
import { localImages, removeLocalImages } from './build-image.ts';
import { findBuilder } from './builder.ts';

/** Images on this machine that were built for a repository; undefined where nothing here builds images. */
export async function findStageImages(
  repository: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ names: string[]; remove: (signal: AbortSignal) => Promise<void> } | undefined> {
  try {
    const builder = await findBuilder(env, signal);
    const names = await localImages(builder, repository, env, signal);
    const remove = (abort: AbortSignal) =>
      removeLocalImages(names, { builder, env, report: () => undefined, signal: abort });
    return { names, remove };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

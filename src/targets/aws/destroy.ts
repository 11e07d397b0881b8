import { stageNames } from '../../../server/names.ts';
import { whoAmI } from '../../aws/identity.ts';
import type { CliContext } from '../../context.ts';
import { findStageImages } from '../../image/stage-images.ts';
import type { Settings } from '../../settings/settings.ts';
import { planAwsDestroy } from '../../stack/destroy/plan.ts';
import type { DestroyOptions, DestroyPlan } from '../target.ts';
import { connectAws } from './connect.ts';

/**
 * Looks for what is there of a stage on AWS, and how it would be destroyed. Needs no deployment that works, so it
 * does without the target. Closes its connection when it is executed or `close` is called.
 */
export async function openAwsDestroy(
  settings: Settings,
  context: CliContext,
  options: DestroyOptions,
): Promise<{ plan: DestroyPlan; close: () => Promise<void> }> {
  const connection = await connectAws(settings, context);
  const close = () => connection.dispatcher.close();
  try {
    const { signal, env } = context;
    const { account } = await whoAmI(connection, signal);
    const { stack } = stageNames(settings.stage);
    // As ECR names it; what was pushed elsewhere (--image-uri) is not ours.
    const repository = `${account}.dkr.ecr.${connection.region}.amazonaws.com/${stack}`;
    const localImages = await findStageImages(repository, env, signal);
    const plan = await planAwsDestroy(connection, settings.stage, { ...options, localImages }, signal);
    return { plan, close };
  } catch (error) {
    await close();
    throw error;
  }
}

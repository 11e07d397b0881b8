import { check } from './checks.mjs';

/** Builds the product before a lane that needs it built. */
export async function onBuild(run) {
  const build = await check('build', process.execPath, ['scripts/build.mjs']);
  return build.failed > 0 ? build : run();
}

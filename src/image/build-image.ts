import { homedir, tmpdir } from 'node:os';
import { failed } from '../errors.ts';
import { type BuildContext, writeContext } from './build-context.ts';
import { type BuildStep, runBuilder } from './build-step.ts';
import type { BuilderName } from './builder.ts';
import { withPrivateFolder } from './private-folder.ts';

/**
 * Builds an image for a platform, which may be another than this machine's: nothing of it is run.
 * @throws failed (exit 1) where the builder fails, or made an image for another platform
 */
export async function buildImage(
  context: BuildContext,
  { name, platform }: { name: string; platform: string },
  step: BuildStep,
): Promise<void> {
  const base = context.base === undefined ? [] : ['--build-arg', `NODE_IMAGE=${context.base}`];
  const options = [...OPTIONS[step.builder.name], ...base, '--platform', platform, '--tag', name];
  // The virtual machine of finch sees the home folder only.
  const parent = step.builder.name === 'finch' ? homedir() : tmpdir();
  await withPrivateFolder(parent, async (folder) => {
    await writeContext(context, folder);
    await runBuilder('build the image', ['build', ...options, '--file', 'Dockerfile', '.'], {
      ...step,
      cwd: folder,
      // A second manifest beside the image's own would make it an index ("Provenance attestation", Docker).
      variables: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    });
  });
  await mustBeFor(platform, name, step);
}

// Podman and buildah write the OCI format by themselves, which has no health check, and keep what stages were made of.
const DOCKER_FORMAT = ['--format', 'docker', '--layers=false'];

const OPTIONS: Record<BuilderName, string[]> = {
  // Without BuildKit, docker takes a base of the wrong platform when that is what it has.
  docker: ['--pull'],
  podman: DOCKER_FORMAT,
  buildah: DOCKER_FORMAT,
  finch: [],
};

/** The platform as the builder sees it: what is wrong must not get as far as the registry. */
async function mustBeFor(platform: string, name: string, step: BuildStep): Promise<void> {
  const { builder } = step;
  // Of another platform than its own it does not tell.
  if (builder.name === 'finch') return;
  const inspect =
    builder.name === 'buildah'
      ? ['inspect', '--type', 'image', '--format', '{{.OCIv1.OS}}/{{.OCIv1.Architecture}}']
      : ['image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}'];
  const quiet = { ...step, report: () => undefined };
  const built = (await runBuilder('find what it built', [...inspect, name], quiet)).trim();
  if (built === platform) return;
  throw failed('wrong_platform', `${builder.name} built for ${built}, and tasks run on ${platform}`, [
    `remove its copy of the base image, or build on a machine that is ${platform}`,
  ]);
}

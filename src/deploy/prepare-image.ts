import { failed } from '../errors.ts';
import { mustBePullable } from '../image/pullable.ts';
import { type Parameters, platformOf } from '../stack/deploy-settings.ts';
import type { Bootstrap } from './bootstrap.ts';
import type { DeployAt, DeployParts } from './deploy-context.ts';
import type { Image, ImageSource } from './image-source.ts';

/** The image that is wanted, and whether it is there. */
export interface ImageLook {
  source: ImageSource;
  found: Image | undefined;
}

/**
 * Looks for the image. One that was given by `--image-uri`, now or at an earlier deployment, is used as it is; else
 * ours is, which is built where the registry does not have it yet.
 */
export async function lookForImage(
  at: DeployAt,
  parts: DeployParts,
  planned: Parameters,
  bootstrap: Bootstrap | undefined,
): Promise<ImageLook> {
  const { signal } = at.context;
  const uri = planned.ImageUri ?? '';
  const ours = bootstrap !== undefined && uri.startsWith(`${bootstrap.repository.uri}@`);
  const given = uri === '' || ours ? undefined : uri;
  if (given !== undefined) {
    const privateNetwork = planned.NetworkMode !== 'public-egress';
    mustBePullable(given, { account: at.identity.account, region: at.connection.region, privateNetwork });
  }
  const source = await parts.image(
    {
      platform: platformOf(planned),
      repository: bootstrap?.repository,
      given,
    },
    at,
  );
  return { source, found: await source.find(signal) };
}

export async function makeImage(at: DeployAt, { source, found }: ImageLook): Promise<Image> {
  if (found !== undefined) return found;
  const { view, context } = at;
  view.step(`Building the ${source.title}`);
  const image = await source.make((line) => view.note(line), context.signal);
  if (/@sha256:[0-9a-f]{64}$/.test(image.uri)) return image;
  throw failed('no_digest', `the registry gave no digest for ${image.uri}`, ['run the deployment again']);
}

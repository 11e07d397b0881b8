import { failed, usageError } from '../errors.ts';
import { checkImage } from './check-image.ts';
import { type ImageReference, parseReference } from './reference.ts';
import type { Registry } from './registry.ts';

/** An image that `--image-uri` names. It is looked at in its registry, and fixed to its digest. */
export class GivenImage {
  readonly title: string;
  private readonly uri: string;
  private readonly at: ImageReference;
  private readonly platform: string;
  private readonly registry: Registry;

  /** @throws usage error (exit 2) for what is no image URI */
  constructor(uri: string, platform: string, registryAt: (at: ImageReference) => Registry) {
    this.uri = uri;
    this.title = `image ${uri}`;
    this.platform = platform;
    this.at = parseReference(uri);
    if (this.at.tag === undefined && this.at.digest === undefined) {
      throw usageError(`${uri} names no image: a tag or a digest is missing`, [`such as ${uri}:1.0.0`]);
    }
    this.registry = registryAt(this.at);
  }

  async find(signal: AbortSignal): Promise<{ uri: string }> {
    const { registry, repository, tag, digest } = this.at;
    const wanted = { reference: digest ?? tag!, platform: this.platform, uri: this.uri };
    const found = await checkImage(this.registry, wanted, signal);
    if (found !== undefined) return { uri: `${registry}/${repository}@${found}` };
    throw failed('no_such_image', `the registry ${registry} has no image ${this.uri}`, [
      'check repository, tag and digest, and whether these credentials are for the account that holds it',
    ]);
  }

  make(): never {
    throw new Error('an image that was given is not built');
  }
}

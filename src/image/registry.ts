/** What is asked of a registry of images. ECR answers through its API, others by the distribution protocol. */
export interface Registry {
  /** The manifest of a tag or digest; undefined where there is none. */
  manifest(reference: string, signal: AbortSignal): Promise<StoredManifest | undefined>;
  /** A small JSON blob, such as an image's configuration. */
  blob(digest: string, signal: AbortSignal): Promise<unknown>;
}

export interface StoredManifest {
  /** `sha256:…` of the bytes. */
  digest: string;
  body: Manifest;
}

/** An image's manifest, or an index of several ("OCI Image Format", image-index.md and manifest.md). */
export interface Manifest {
  mediaType?: string;
  manifests?: { digest: string; platform?: { os: string; architecture: string; variant?: string } }[];
  config?: { digest: string };
}

/** Kinds of manifests that ECS can run. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Platforms, such as `linux/arm64`, that a manifest has images for. */
export async function platformsOf(
  registry: Registry,
  { body }: StoredManifest,
  signal: AbortSignal,
): Promise<string[]> {
  if (body.manifests !== undefined) {
    // Attestations stand in the index too, for a platform that is none.
    return body.manifests.flatMap(({ platform }) =>
      platform === undefined || platform.os === 'unknown' ? [] : [`${platform.os}/${platform.architecture}`],
    );
  }
  if (body.config === undefined) return [];
  const config = (await registry.blob(body.config.digest, signal)) as { os?: string; architecture?: string };
  return config.os === undefined ? [] : [`${config.os}/${config.architecture}`];
}

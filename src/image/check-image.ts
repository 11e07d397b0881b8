import { failed } from '../errors.ts';
import { platformsOf, type Registry } from './registry.ts';

/**
 * Makes sure, by the registry's own manifest, that there is such an image for the tasks' platform.
 * @param reference tag or digest
 * @param uri as the person knows it, for the words of failures
 * @returns its digest; undefined where there is no such image
 * @throws failed (exit 1) where it is for other platforms
 */
export async function checkImage(
  registry: Registry,
  { reference, platform, uri }: { reference: string; platform: string; uri: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const manifest = await registry.manifest(reference, signal);
  if (manifest === undefined) return undefined;
  const platforms = await platformsOf(registry, manifest, signal);
  if (platforms.includes(platform)) return manifest.digest;
  const others = platforms.filter((other) => other === 'linux/arm64' || other === 'linux/amd64');
  throw failed(
    'wrong_platform',
    `the image ${uri} is for ${platforms.join(', ') || 'no platform that it names'}, and tasks run on ${platform}`,
    [
      ...(others.length > 0 ? [`run tasks on what it is for: --platform ${others[0]}`] : []),
      `or build it for ${platform}`,
    ],
  );
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RegistryLogin } from '../../../src/image/login.ts';
import { OwnImage } from '../../../src/image/own-image.ts';
import type { Registry } from '../../../src/image/registry.ts';
import { ROOT } from '../imports.ts';

const exec = promisify(execFile);

export interface LaneBuilder {
  name: string;
  /** With a PATH that has this builder alone. */
  env: NodeJS.ProcessEnv;
  /** Why it is not there. */
  missing?: string;
}

export interface ImageLane {
  /** Host and port of a registry that asks for no login. */
  registry: string;
  /** Stand-in for the Dockerfile's base, in that registry. */
  base: string;
  /** This machine's platform, which can run, and the other one. */
  platform: string;
  otherPlatform: string;
  /** The Node that the base holds. */
  node: string;
  builders: LaneBuilder[];
}

/** What the lane `image` prepared. */
export function imageLane(): ImageLane {
  return JSON.parse(process.env.MCP_S3_TEST_IMAGE!);
}

const noLogin = async (): Promise<RegistryLogin | undefined> => undefined;

/** Our image, built from this checkout. */
export function ownImage(
  { env }: Pick<LaneBuilder, 'env'>,
  repository: { uri: string; registry: Registry },
  platform: string,
  login: (signal: AbortSignal) => Promise<RegistryLogin | undefined> = noLogin,
  version = '1.2.3',
): OwnImage {
  // Docker knows no mirror of single images, so that it is told by name; for the others registries.conf has it.
  const base = env.DOCKER_HOST === undefined ? {} : { MCP_S3_NODE_IMAGE: imageLane().base };
  const { CONTAINERS_STORAGE_CONF, CONTAINERS_REGISTRIES_CONF, HOME } = process.env;
  const all = { CONTAINERS_STORAGE_CONF, CONTAINERS_REGISTRIES_CONF, HOME, ...base, ...env };
  return new OwnImage({ folder: ROOT, version, platform, repository, login, env: all });
}

/** What skopeo reads of an image, in its registry. */
export async function inspect(uri: string, ...args: string[]) {
  const { stdout } = await exec('skopeo', ['inspect', '--tls-verify=false', ...args, `docker://${uri}`]);
  return JSON.parse(stdout);
}

/** Where an image's root file system is mounted, from its registry. */
export async function mounted(uri: string): Promise<{ root: string; remove(): Promise<void> }> {
  const buildah = async (...args: string[]) =>
    (await exec('buildah', args, { maxBuffer: 2 ** 26 })).stdout.trim();
  const container = await buildah('from', '--tls-verify=false', `docker://${uri}`);
  const root = await buildah('mount', container);
  return { root, remove: async () => void (await buildah('rm', container)) };
}

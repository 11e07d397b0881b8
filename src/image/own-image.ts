import { failed } from '../errors.ts';
import { type BuildContext, readContext } from './build-context.ts';
import { buildImage } from './build-image.ts';
import type { BuildStep } from './build-step.ts';
import { findBuilder } from './builder.ts';
import { checkImage } from './check-image.ts';
import type { RegistryLogin } from './login.ts';
import { pushImage } from './push-image.ts';
import type { Registry } from './registry.ts';

export interface OwnImageOptions {
  /** Folder of the package. */
  folder: string;
  version: string;
  platform: string;
  /** Undefined where it is still to be made. */
  repository: { uri: string; registry: Registry } | undefined;
  login: (signal: AbortSignal) => Promise<RegistryLogin | undefined>;
  env: NodeJS.ProcessEnv;
}

/**
 * The image of this version's server. Its tag is the hash of what goes into it: what the registry has already is neither
 * built nor pushed again, and then no builder is needed.
 */
export class OwnImage {
  readonly title: string;
  private readonly options: OwnImageOptions;
  private context: Promise<BuildContext> | undefined;

  constructor(options: OwnImageOptions) {
    this.options = options;
    this.title = `image of version ${options.version} for ${options.platform}`;
  }

  /** Only looks. Where there is no image yet, there must be a program that can build it. */
  async find(signal: AbortSignal): Promise<{ uri: string } | undefined> {
    const { repository, env } = this.options;
    await this.content();
    const found = repository && (await this.inRegistry(repository, signal));
    if (found === undefined) await findBuilder(env, signal);
    return found;
  }

  async make(report: (line: string) => void, signal: AbortSignal): Promise<{ uri: string }> {
    const { repository, env, platform } = this.options;
    const name = `${repository!.uri}:${await this.tag()}`;
    const step = { builder: await findBuilder(env, signal), env, report, signal };
    await buildImage(await this.content(), { name, platform }, step);
    await this.push(name, step);
    const pushed = await this.inRegistry(repository!, signal);
    if (pushed !== undefined) return pushed;
    throw failed('not_pushed', `${name} was pushed, and the registry does not have it`, [
      'run the deployment again',
    ]);
  }

  private async push(name: string, step: BuildStep): Promise<void> {
    const { repository, platform, login } = this.options;
    try {
      await pushImage({ name, platform }, await login(step.signal), step);
    } catch (error) {
      step.signal.throwIfAborted();
      // Tags of the registry never change: it refuses one that another deployment pushed meanwhile, of the same content.
      const theirs = await this.inRegistry(repository!, step.signal).catch(() => undefined);
      if (theirs === undefined) throw error;
    }
  }

  private async inRegistry(
    { uri, registry }: { uri: string; registry: Registry },
    signal: AbortSignal,
  ): Promise<{ uri: string } | undefined> {
    const { platform } = this.options;
    const reference = await this.tag();
    const digest = await checkImage(registry, { reference, platform, uri: `${uri}:${reference}` }, signal);
    return digest === undefined ? undefined : { uri: `${uri}@${digest}` };
  }

  private async tag(): Promise<string> {
    const { version, platform } = this.options;
    const { hash } = await this.content();
    return `${version.replace(/[^\w.-]/g, '-')}-${hash.slice(0, 16)}-${platform.split('/')[1]}`;
  }

  private content(): Promise<BuildContext> {
    const { folder, env } = this.options;
    this.context ??= readContext(folder, env.MCP_S3_NODE_IMAGE || undefined);
    return this.context;
  }
}

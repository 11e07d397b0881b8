import { CliError, failed } from '../errors.ts';
import type { BuildContext } from './build-context.ts';
import type { Builder } from './builder.ts';
import { type RegistryLogin, withLoginFile } from './login-file.ts';
import { isLoopback, parseReference } from './reference.ts';
import { runTool, type ToolRun } from './run-tool.ts';

export interface BuildOptions {
  builder: Builder;
  env: NodeJS.ProcessEnv;
  /** Lines of the builder. */
  report: (line: string) => void;
  signal: AbortSignal;
}

/** Builds the image for a platform, which may be another than this machine's: nothing of it is run. */
export async function buildImage(
  { folder }: BuildContext,
  { name, platform }: { name: string; platform: string },
  options: BuildOptions,
): Promise<void> {
  const { builder } = options;
  // The format that every registry and every builder knows alike.
  const format = builder.name === 'podman' || builder.name === 'buildah' ? ['--format', 'docker'] : [];
  const args = ['build', '--platform', platform, ...format, '--tag', name, '--file', 'Dockerfile', '.'];
  const env = {
    ...options.env,
    // The classic builder does not know the platform it runs on.
    DOCKER_BUILDKIT: '1',
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    ...(process.getuid?.() === 0 && builder.name === 'buildah' ? { BUILDAH_ISOLATION: 'chroot' } : {}),
  };
  await run(args, 'build the image', options, { cwd: folder, env });
}

/** Pushes an image. `login` is undefined for a registry that asks for none. */
export async function pushImage(
  name: string,
  login: RegistryLogin | undefined,
  options: BuildOptions,
): Promise<void> {
  const { registry } = parseReference(name);
  if (login === undefined) return push(name, undefined, options);
  await withLoginFile(registry, login, (folder, file) => push(name, { folder, file }, options));
}

async function push(
  name: string,
  login: { folder: string; file: string } | undefined,
  options: BuildOptions,
): Promise<void> {
  const { builder, env } = options;
  const plain = isLoopback(parseReference(name).registry) ? ['--tls-verify=false'] : [];
  if (builder.name === 'podman' || builder.name === 'buildah') {
    const authfile = login === undefined ? [] : ['--authfile', login.file];
    return run(['push', ...plain, ...authfile, name], 'push the image', options, { env });
  }
  const config = login === undefined ? {} : { DOCKER_CONFIG: login.folder };
  const host = builder.name === 'docker' ? await dockerHost(options) : {};
  await run(['push', name], 'push the image', options, { env: { ...env, ...host, ...config } });
}

/** With a configuration of its own docker forgets which daemon was chosen (`docker context`). */
async function dockerHost({ builder, env, signal }: BuildOptions): Promise<NodeJS.ProcessEnv> {
  if (env.DOCKER_HOST) return {};
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const { code, stdout } = await runTool(builder.program, args, { env, signal });
  return code === 0 && stdout.trim() !== '' ? { DOCKER_HOST: stdout.trim() } : {};
}

/** Images of a repository on this machine, by any builder. */
export async function localImages(
  builder: Builder,
  repository: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string[]> {
  const list =
    builder.name === 'buildah'
      ? ['images', '--format', '{{.Name}}:{{.Tag}}']
      : ['images', '--format', '{{.Repository}}:{{.Tag}}'];
  const { code, stdout } = await runTool(builder.program, list, { env, signal });
  if (code !== 0) return [];
  return stdout.split('\n').filter((name) => name.startsWith(`${repository}:`));
}

export async function removeLocalImages(names: string[], options: BuildOptions): Promise<void> {
  if (names.length > 0)
    await run(['rmi', ...names], 'remove the local images', options, { env: options.env });
}

async function run(
  args: string[],
  what: string,
  { builder, report, signal }: BuildOptions,
  { cwd, env }: Pick<ToolRun, 'cwd' | 'env'>,
): Promise<void> {
  const { code, tail } = await runTool(builder.program, args, {
    env,
    onLine: report,
    signal,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (code === 0) return;
  throw explained(failed('builder_failed', `${builder.name} could not ${what}:\n${indented(tail)}`), tail);
}

function indented(lines: string[]): string {
  return lines
    .slice(-12)
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Remedies for what people meet. */
function explained(error: CliError, tail: string[]): CliError {
  const text = tail.join('\n');
  const suggestions = /no space left/i.test(text)
    ? ['make room on the disk, such as with: docker system prune']
    : /denied|unauthorized|no basic auth/i.test(text)
      ? ['the credentials may not push: allow ecr:PutImage and the upload actions (docs/permissions)']
      : /exec format error/i.test(text)
        ? [
            'this builder runs programs of the other platform: update it, nothing in the Dockerfile needs that',
          ]
        : /(timeout|no such host|connection refused|EOF|TLS)/i.test(text)
          ? [
              'the base image or the registry could not be reached: check the network and the proxy of the builder',
            ]
          : ['or name an image that is in a registry already: --image-uri URI'];
  return new CliError(error.exitCode, error.code, error.message, { suggestions });
}

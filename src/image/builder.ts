import { failed } from '../errors.ts';
import { programOnPath } from './program-on-path.ts';
import { runTool } from './run-tool.ts';

/**
 * Programs that build images, in the order in which they are tried, each with a question that only one that works
 * answers. A docker that is podman or nerdctl by another name does not answer docker's.
 */
const BUILDERS = [
  { name: 'docker', works: ['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'] },
  { name: 'podman', works: ['info'] },
  { name: 'finch', works: ['info'] },
  { name: 'buildah', works: ['info'] },
] as const;

/** Milliseconds for the answer: a daemon that hangs must not hold up everything. */
const ANSWER_LIMIT = 20_000;

export type BuilderName = (typeof BUILDERS)[number]['name'];

export interface Builder {
  name: BuilderName;
  /** Absolute path. */
  program: string;
}

/**
 * The first program on the PATH that builds images and works: a docker without its daemon does not.
 * @throws failed (exit 1) that says what there is and what is wrong with it
 */
export async function findBuilder(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Builder> {
  const broken: string[] = [];
  for await (const found of builders(env, signal)) {
    if (found.problem === undefined) return found.builder;
    broken.push(`${found.builder.name} does not work (${found.problem})`);
  }
  throw failed(
    'no_builder',
    broken.length > 0
      ? `nothing here can build the image: ${broken.join('; ')}`
      : 'nothing here can build the image: there is neither docker, podman, finch nor buildah',
    [
      broken.length > 0
        ? 'start it, such as by opening Docker Desktop, or by: podman machine start'
        : 'install one of them: https://docs.docker.com/get-docker or https://podman.io',
      'or name an image that is in a registry already: --image-uri URI',
    ],
  );
}

/** All that work. */
export async function findBuilders(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Builder[]> {
  const working: Builder[] = [];
  for await (const { builder, problem } of builders(env, signal)) {
    if (problem === undefined) working.push(builder);
  }
  return working;
}

/** What there is, each asked only when its turn comes. */
async function* builders(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<{ builder: Builder; problem: string | undefined }> {
  for (const { name, works } of BUILDERS) {
    const program = programOnPath(name, env);
    if (program === undefined) continue;
    const run = { env: toolEnv(name, env), signal, limit: ANSWER_LIMIT };
    const { code, late, tail } = await runTool(program, [...works], run);
    const words = tail.at(-1)?.trim() ?? `it ended with ${code} and said nothing`;
    const problem = late ? `no answer within ${ANSWER_LIMIT / 1000} seconds` : words;
    yield { builder: { name, program }, problem: code === 0 ? undefined : problem };
  }
}

/** Environment for a builder. */
export function toolEnv(name: BuilderName, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = {
    ...env,
    // Each would have the image built elsewhere, or another one pushed.
    BUILDX_BUILDER: undefined,
    DOCKER_DEFAULT_PLATFORM: undefined,
  };
  if (name !== 'finch') return own;
  // Finch hands these on to its virtual machine as arguments, which every list of processes shows.
  return {
    ...own,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SESSION_TOKEN: undefined,
  };
}

import { failed } from '../errors.ts';
import { type Builder, toolEnv } from './builder.ts';
import { runTool } from './run-tool.ts';

/** How a builder is run. */
export interface BuildStep {
  builder: Builder;
  env: NodeJS.ProcessEnv;
  /** Lines of the builder. */
  report: (line: string) => void;
  signal: AbortSignal;
}

export interface BuilderRun extends BuildStep {
  cwd?: string;
  /** More variables, above those of the environment. */
  variables?: NodeJS.ProcessEnv;
  /** For its standard input. */
  input?: string;
}

/** Lines of a builder that a failure shows. */
const SHOWN_LINES = 12;

/**
 * Runs a builder. Returns what it printed to its standard output.
 * @param what it does, for the failure: "build the image"
 * @throws failed (exit 1) with its last words
 */
export async function runBuilder(
  what: string,
  args: string[],
  { builder, env, report, signal, cwd, variables, input }: BuilderRun,
): Promise<string> {
  const { code, stdout, tail } = await runTool(builder.program, args, {
    env: { ...toolEnv(builder.name, env), ...variables },
    onLine: report,
    signal,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
  if (code === 0) return stdout;
  const words = tail.slice(-SHOWN_LINES).map((line) => `\n  ${line}`);
  const said = words.length > 0 ? `:${words.join('')}` : ` (it ended with ${code} and said nothing)`;
  throw failed('builder_failed', `${builder.name} could not ${what}${said}`, remedies(tail.join('\n')));
}

/** What helps against the failures that people meet. */
function remedies(said: string): string[] {
  if (/no space left/i.test(said)) {
    return ['make room on the disk: docker system df tells what images and caches take'];
  }
  if (/no basic auth|not authorized|unauthorized|403 Forbidden|denied: /i.test(said)) {
    return ['the credentials may not push: allow ecr:PutImage and the upload actions (docs/permissions)'];
  }
  if (/permission denied.*\bsocket|docker\.sock.*permission denied/i.test(said)) {
    return [
      'this user may not speak to the daemon: https://docs.docker.com/engine/install/linux-postinstall',
    ];
  }
  if (/time(d )?-?out|no such host|connection refused|network is unreachable|\bEOF\b|TLS|x509/i.test(said)) {
    return [
      'check the network and the proxy of the builder: it must reach the base image and the registry',
      'where gcr.io cannot be reached, name a mirror of the base image: MCP_S3_NODE_IMAGE=registry/name:tag',
    ];
  }
  return ['or name an image that is in a registry already: --image-uri URI'];
}

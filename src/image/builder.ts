import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { failed } from '../errors.ts';
import { runTool } from './run-tool.ts';

/** Programs that build images, in the order in which they are tried, each with a question that only one that works answers. */
const BUILDERS = [
  { name: 'docker', works: ['info'] },
  { name: 'podman', works: ['info'] },
  { name: 'finch', works: ['info'] },
  { name: 'buildah', works: ['info'] },
] as const;

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
  for (const { name, works } of BUILDERS) {
    const program = onPath(name, env);
    if (program === undefined) continue;
    const { code, tail } = await runTool(program, [...works], { env, signal });
    if (code === 0) return { name, program };
    broken.push(`${name} does not work: ${tail.at(-1)?.trim() ?? 'it says nothing'}`);
  }
  throw failed(
    'no_builder',
    broken.length > 0
      ? `no program here can build the image: ${broken.join('; ')}`
      : 'no program here can build the image: there is neither docker, podman, finch nor buildah',
    [
      broken.length > 0
        ? 'start it, such as by opening Docker Desktop, and run this again'
        : 'install one of them',
      'or name an image that is in a registry already: --image-uri URI',
    ],
  );
}

function onPath(name: string, { PATH = '', PATHEXT }: NodeJS.ProcessEnv): string | undefined {
  const endings = process.platform === 'win32' ? (PATHEXT ?? '.EXE').split(';') : [''];
  for (const folder of PATH.split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

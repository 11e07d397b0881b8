import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a stand-in for a container tool behaves. */
export interface Behaviour {
  /** Exit code by the first argument; 0 for the others. */
  fails?: Record<string, number>;
  /** What it prints, by the first argument; `images` to its standard output. */
  prints?: Record<string, string>;
  /** Arguments that it does not end on, before it is told to. */
  hangs?: string;
  /** Puts this manifest to the registry when it pushes, under the image's tag. */
  manifest?: object | undefined;
  /** Platform that it says it built for; default: the one asked. */
  builds?: string;
}

export interface Call {
  args: string[];
  env: Record<string, string>;
  pid: number;
  stdin: string;
  cwd: string;
  /** Files below the folder that it ran in, with their rights. */
  files: Record<string, string>;
  /** Content and rights of the file of logins that it was pointed to. */
  logins: string | undefined;
  rights: string | undefined;
  /** Names in its folder of configuration. */
  configFolder: string[];
}

export interface StandIn {
  calls(): Promise<Call[]>;
  /** Waits for a call with this first argument. */
  called(word: string): Promise<Call>;
}

const PROGRAM = new URL('stand-in-program.mjs', import.meta.url);

/** Whether programs that begin with `#!` can be started here. */
export const CAN_STAND_IN = process.platform !== 'win32';

/** Puts a program into a folder that writes down how it is called, instead of a real container tool. */
export async function standInBuilder(
  folder: string,
  name: string,
  behaviour: Behaviour = {},
): Promise<StandIn> {
  await mkdir(folder, { recursive: true });
  const log = path.join(folder, `${name}.log`);
  const program = path.join(folder, name);
  const state = { ...behaviour, log };
  await writeFile(
    program,
    `#!${process.execPath}\nimport('${PROGRAM}').then(({ act }) => act(${JSON.stringify(state)}));\n`,
  );
  await chmod(program, 0o755);
  const calls = async () => {
    const text = await readFile(log, 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Call]));
  };
  return {
    calls,
    async called(word) {
      for (;;) {
        const call = (await calls()).find(({ args }) => args[0] === word);
        if (call !== undefined) return call;
        await sleep(10);
      }
    },
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

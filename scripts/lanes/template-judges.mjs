import path from 'node:path';
import { cfnSchemas } from './cfn-schemas.mjs';
import { mocha } from './mocha.mjs';
import { onBuild } from './on-build.mjs';
import { pythonTools } from './tools.mjs';

/** The composed templates, judged by a program of PyPI or by a package that is installed anyway. */
async function templateJudge(name, tool, also = [], more = async () => ({})) {
  return onBuild(async () => {
    const program = tool && path.join(await pythonTools(tool), name);
    const env = program ? { [`MCP_S3_TEST_${name.toUpperCase().replace('-', '_')}`]: program } : {};
    const tests = [name, ...also].map((judge) => `test/wider/judge-${judge}.test.ts`);
    return mocha(name, tests, { env: { ...env, ...(await more()) } });
  });
}

/** The lanes that judge the templates, by name. */
export const TEMPLATE_JUDGES = {
  'cfn-lint': {
    covers: 'the composed templates by cfn-lint in three regions, and broken copies that it refuses',
    run: () => templateJudge('cfn-lint', 'cfn-lint==1.58.0'),
  },
  checkov: {
    covers:
      "the same by checkov, without its platform; what stands is in test/wider/checkov-exceptions.ts with reasons; every policy by AWS's reference of permissions",
    run: () =>
      templateJudge('checkov', 'checkov==3.3.30', ['permissions'], async () => ({
        MCP_S3_TEST_CFN_SCHEMAS: await cfnSchemas(),
      })),
  },
  'cloudformation-validate': {
    covers: "the same by AWS's own validator, and that each rule of ours finds what it does not",
    run: () => templateJudge('validate'),
  },
};

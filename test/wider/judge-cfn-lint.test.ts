import { JUDGED_BREAKS } from '../support/templates/judge-breaks.ts';
import { breaksFor, describeJudge, jsonOf } from '../support/templates/judging.ts';

/** The templates by cfn-lint: MCP_S3_TEST_CFN_LINT is the program. Nothing stands. */
const program = process.env.MCP_S3_TEST_CFN_LINT;
if (program === undefined) throw new Error('MCP_S3_TEST_CFN_LINT is not set: run the lane "cfn-lint"');

interface Match {
  Filename: string;
  Rule: { Id: string };
  Location: { Path: unknown[] | null };
  Message: string;
}

/** What exists in one region need not in another. */
const REGIONS = ['us-east-1', 'eu-central-1', 'ap-southeast-2'];

describeJudge('cfn-lint', breaksFor(JUDGED_BREAKS, 'cfnLint'), {}, async (folder, files) => {
  const options = ['--format', 'json', '--include-checks', 'I', '--regions', ...REGIONS];
  const matches = (await jsonOf(program, [...options, '--', ...files], folder)) as Match[];
  return matches.map(({ Filename, Rule, Location, Message }) => ({
    file: Filename,
    rule: Rule.Id,
    resource: String(Location.Path?.[1] ?? ''),
    message: Message,
  }));
});

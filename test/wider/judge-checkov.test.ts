import path from 'node:path';
import { JUDGED_BREAKS } from '../support/templates/judge-breaks.ts';
import { breaksFor, describeJudge, jsonOf } from '../support/templates/judging.ts';
import { CHECKOV_EXCEPTIONS } from './checkov-exceptions.ts';

/** The templates by checkov: MCP_S3_TEST_CHECKOV is the program. What stands is in checkov-exceptions.ts. */
const program = process.env.MCP_S3_TEST_CHECKOV;
if (program === undefined) throw new Error('MCP_S3_TEST_CHECKOV is not set: run the lane "checkov"');

interface Report {
  results: {
    failed_checks: { check_id: string; check_name: string; resource: string; file_path: string }[];
  };
  summary: { parsing_errors: number };
}

describeJudge('checkov', breaksFor(JUDGED_BREAKS, 'checkov'), CHECKOV_EXCEPTIONS, async (folder) => {
  const options = ['--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact'];
  const { results, summary } = (await jsonOf(
    program,
    [...options, '--skip-download', '--directory', folder],
    folder,
  )) as Report;
  if (summary.parsing_errors > 0) throw new Error(`it cannot read ${summary.parsing_errors} of the files`);
  return results.failed_checks.map(({ check_id, check_name, resource, file_path }) => ({
    file: path.basename(file_path),
    rule: check_id,
    // It names type and logical id.
    resource: resource.split('.')[1] ?? '',
    message: check_name,
  }));
});

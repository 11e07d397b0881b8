import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CelEngine, type Engine } from '@aws/cloudformation-validate';
import { expect } from 'chai';
import { judgeWith } from '../../src/stack/check/aws-validator.ts';
import { SAMPLE_VALUES } from '../../src/stack/check/sample-values.ts';
import { statesOf } from '../../src/stack/check/states.ts';
import { parseTemplate, type Template } from '../../src/stack/compose/cfn-yaml.ts';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { brokenTemplate } from '../support/templates/broken-templates.ts';
import { JUDGED_BREAKS } from '../support/templates/judge-breaks.ts';
import { breaksFor, describeJudge } from '../support/templates/judging.ts';
import { RULE_BREAKS } from '../support/templates/rule-breaks.ts';

/** The templates by AWS's own validator, asked as `template --check` asks it. Nothing stands. */
describe('cloudformation-validate', function () {
  this.timeout(10 * 60_000);
  let engine: Engine;
  before(() => {
    engine = new CelEngine();
  });
  after(() => engine.free());

  const findings = (template: Template, body = JSON.stringify(template), values = {}) => {
    const verdict = judgeWith(engine, template, body, values);
    if (!verdict.looked) throw new Error(`it did not look: ${verdict.why}`);
    return verdict.findings;
  };

  describeJudge('as it is deployed', breaksFor(JUDGED_BREAKS, 'validate'), {}, async (folder, files) => {
    const bodies = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    return files.flatMap((file, index) =>
      findings(parseTemplate(bodies[index]!), bodies[index]!).map(({ rule, resource = '', message }) => ({
        file,
        rule,
        resource,
        message,
      })),
    );
  });

  it('finds nothing with other values of parameters', async () => {
    const { template, body } = await composeTemplate();
    for (const values of statesOf(template, SAMPLE_VALUES)) {
      expect(findings(template, body, values), JSON.stringify(values)).to.deep.equal([]);
    }
  });

  // What it does know is asked of every template anyway, also where it is not installed.
  const BOTH = ['undefined-name', 'template-limits', 'policy-effect'];
  for (const [rule, breaks] of Object.entries(RULE_BREAKS)) {
    if (BOTH.includes(rule)) continue;
    it(`does not know our rule ${rule}`, () => {
      const unseen = breaks.filter((wrong) => findings(brokenTemplate(wrong)).length === 0);
      expect(unseen).not.to.deep.equal([]);
    });
  }
});

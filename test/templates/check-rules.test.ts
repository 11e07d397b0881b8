import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkRules } from '../../src/stack/check/check-rules.ts';
import { RULES } from '../../src/stack/check/rules.ts';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { brokenTemplate } from '../support/templates/broken-templates.ts';
import { RULE_BREAKS } from '../support/templates/rule-breaks.ts';

describe('the rules for templates', () => {
  it('find nothing in the templates of the product', async () => {
    for (const { template, body } of [await composeTemplate(), await composeBootstrap()]) {
      expect(checkRules(template, body)).to.deep.equal([]);
    }
  });

  it('find nothing in the roles of a pipeline, which may make whole stacks', () => {
    const body = readFileSync(new URL('../../templates/github-oidc.yaml', import.meta.url), 'utf8');
    const others = RULES.filter(({ id }) => id !== 'wide-permission' && id !== 'missing-description');
    expect(checkRules(parseTemplate(body), body, {}, others)).to.deep.equal([]);
  });

  it('judge broken copies of the template that the product composes', async () => {
    expect(brokenTemplate()).to.deep.equal((await composeTemplate()).template);
  });

  it('are each shown to bite', () => {
    expect(RULES.map(({ id }) => id)).to.have.members(Object.keys(RULE_BREAKS));
    expect(Object.values(RULE_BREAKS).filter((breaks) => breaks.length === 0)).to.deep.equal([]);
  });

  for (const [rule, breaks] of Object.entries(RULE_BREAKS)) {
    describe(rule, () => {
      for (const wrong of breaks) {
        it(`and no other refuses: ${wrong.name}`, () => {
          const template = brokenTemplate(wrong);
          const found = checkRules(template, JSON.stringify(template));
          expect([...new Set(found.map((finding) => finding.rule))]).to.deep.equal([rule]);
        });
      }
    });
  }
});

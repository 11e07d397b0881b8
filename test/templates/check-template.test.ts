import { expect } from 'chai';
import { createStyle } from '../../src/render/style.ts';
import { renderTemplateCheck } from '../../src/render/template-check.ts';
import { checkTemplate } from '../../src/stack/check/check-template.ts';

describe('a template', () => {
  const view = { style: createStyle(false), width: Number.POSITIVE_INFINITY };

  it('that is none is told as one', async () => {
    const shown = async (body: string) => renderTemplateCheck(await checkTemplate(body), view).join('\n');
    expect(await shown('{"Resources":')).to.match(/^error the template syntax\n {2}cannot be read: /);
    expect(await shown('Resources: [')).to.match(/^error the template syntax\n {2}cannot be read: /);
    expect(await shown('just words')).to.include('has no Resources: it is no template');
    expect(await shown('')).to.include('has no Resources: it is no template');
  });

  it('is told about with place, rule and words, errors first, then the sum and who looked', () => {
    const lines = renderTemplateCheck(
      {
        findings: [
          { rule: 'log-retention', severity: 'warning', resource: 'Log', message: 'kept for ever' },
          { rule: 'stop', severity: 'error', resource: 'Task', path: 'Properties.X', message: 'too long' },
        ],
        judges: [
          { name: 'mcp-s3', looked: true },
          { name: 'other', looked: false, why: 'it is not installed' },
        ],
      },
      view,
    );
    expect(lines).to.deep.equal([
      'error Task Properties.X stop',
      '  too long',
      '',
      'warning Log log-retention',
      '  kept for ever',
      '',
      '1 error, 1 warning',
      'Checked by the rules of mcp-s3.',
      "Not checked by AWS's validator (other): it is not installed.",
    ]);
    expect(renderTemplateCheck({ findings: [], judges: [] }, view)).to.deep.equal(['No problem found']);
  });
});

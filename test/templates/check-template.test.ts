import { expect } from 'chai';
import { createStyle } from '../../src/render/style.ts';
import { renderTemplateCheck } from '../../src/render/template-check.ts';
import { checkTemplate } from '../../src/stack/check/check-template.ts';

describe('a template', () => {
  const view = { style: createStyle(false), width: Number.POSITIVE_INFINITY };
  const shown = async (body: string) => renderTemplateCheck(await checkTemplate(body), view).join('\n');

  it('that is none is told as one', async () => {
    expect(await shown('{"Resources":')).to.match(/^error the template syntax\n {2}cannot be read: /);
    expect(await shown('Resources: [')).to.match(/^error the template syntax\n {2}cannot be read: /);
    expect(await shown('just words')).to.include('has no Resources: it is no template');
    expect(await shown('')).to.include('has no Resources: it is no template');
  });

  it('is told about with place, words and rule, errors first, then the sum', () => {
    const lines = renderTemplateCheck(
      [
        { rule: 'log-retention', severity: 'warning', resource: 'LogGroup', message: 'kept for ever' },
        {
          rule: 'stop-timeout',
          severity: 'error',
          resource: 'TaskDefinition',
          path: 'Properties.X',
          message: 'too long',
        },
      ],
      view,
    );
    expect(lines).to.deep.equal([
      'error TaskDefinition Properties.X stop-timeout',
      '  too long',
      '',
      'warning LogGroup log-retention',
      '  kept for ever',
      '',
      '1 error, 1 warning',
    ]);
    expect(renderTemplateCheck([], view)).to.have.length(1);
  });
});

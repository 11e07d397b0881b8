import { expect } from 'chai';
import { composeTemplate } from '../../src/stack/compose/compose.ts';
import { madeResources } from '../../src/stack/conditions.ts';

describe('what a first deployment makes', () => {
  const made = async (values: Record<string, string>) => {
    const { template } = await composeTemplate();
    return madeResources(template, { ModelArns: 'arn:aws:bedrock:x', ...values });
  };

  it('follows the conditions of the template', async () => {
    const usual = await made({});
    expect(usual).to.include.members(['Bucket', 'UploadFunction', 'ApiKeyA']);
    expect(usual).not.to.include('ApiKeyB').and.not.to.include('EmailSubscription');
    expect(await made({ KeySlots: 'ab' })).to.include.members(['ApiKeyA', 'ApiKeyB']);
    expect(await made({ Email: 'ops@example.com' })).to.include('EmailSubscription');
    expect(await made({ Presummarize: 'off' })).not.to.include('UploadFunction');
    const open = await made({ NetworkMode: 'public-egress' });
    expect(open.length).to.be.below(usual.length);
  });

  it('refuses to guess at a function that it does not know', () => {
    const template = {
      Conditions: { Odd: { 'Fn::Contains': ['a', 'b'] } },
      Resources: { Thing: { Type: 'AWS::SQS::Queue', Condition: 'Odd' } },
    };
    expect(() => madeResources(template, {})).to.throw('Fn::Contains is not known here');
  });
});

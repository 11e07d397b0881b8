import { expect } from 'chai';
import { changeToken, deployerOf } from '../../src/stack/deployer.ts';

describe('who made a change', () => {
  const ACCOUNT = 'arn:aws:iam::123456789012';
  const ARNS: [string, string | undefined][] = [
    [`${ACCOUNT}:root`, 'root'],
    [`${ACCOUNT}:user/teams/ann`, 'ann'],
    ['arn:aws:sts::123456789012:assumed-role/Admin/ann@example.com', 'ann-example-com'],
    [`${ACCOUNT}:user/+`, undefined],
  ];
  for (const [arn, who] of ARNS) {
    it(`is told by the change's name: ${arn}`, () => {
      const token = changeToken(arn);
      expect(token).to.match(/^mcp-s3-[A-Za-z0-9-]{1,121}$/);
      expect(deployerOf(token)).to.equal(who);
      expect(changeToken(arn)).not.to.equal(token);
    });
  }

  it('is the console, or unknown, where another program made it', () => {
    expect(deployerOf('Console-UpdateStack-1')).to.equal('the AWS console');
    expect(deployerOf('terraform-by-ann')).to.equal(undefined);
    expect(deployerOf(undefined)).to.equal(undefined);
  });
});

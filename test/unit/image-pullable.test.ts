import { expect } from 'chai';
import { mustBePullable } from '../../src/image/pullable.ts';

const HERE = { account: '111111111111', region: 'eu-central-1' };
const ecr = (account: string, region: string) => `${account}.dkr.ecr.${region}.amazonaws.com/team/app:1`;

describe('an image that was given', () => {
  const pullable = (uri: string, privateNetwork: boolean) =>
    mustBePullable(uri, { ...HERE, privateNetwork }) === undefined;
  const refusal = (uri: string, privateNetwork: boolean) => {
    try {
      mustBePullable(uri, { ...HERE, privateNetwork });
    } catch (error) {
      return error as { code: string; message: string; suggestions: string[] };
    }
    throw new Error('it was taken');
  };

  it("can be pulled from the account's ECR in the region, from anywhere over the internet", () => {
    expect(pullable(ecr(HERE.account, HERE.region), true)).to.equal(true);
    expect(pullable(ecr(HERE.account, HERE.region), false)).to.equal(true);
    expect(pullable(ecr(HERE.account, 'us-east-1'), false)).to.equal(true);
    expect(pullable('ghcr.io/team/app:1', false)).to.equal(true);
  });

  for (const uri of ['ghcr.io/team/app:1', ecr(HERE.account, 'us-east-1')]) {
    it(`cannot be pulled from ${uri} without a way to the internet`, () => {
      const { code, message, suggestions } = refusal(uri, true);
      expect(code).to.equal('not_pullable');
      expect(message).to.include(uri).and.include('eu-central-1');
      expect(suggestions.join('\n')).to.include('--network public-egress');
    });
  }

  it("cannot be pulled from another account's ECR, by whatever way", () => {
    for (const privateNetwork of [true, false]) {
      const { message, suggestions } = refusal(ecr('222222222222', HERE.region), privateNetwork);
      expect(message).to.include('222222222222').and.include(HERE.account);
      expect(suggestions).to.have.lengthOf(1);
    }
  });
});

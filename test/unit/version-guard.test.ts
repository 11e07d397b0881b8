import { expect } from 'chai';
import { compareVersions, refuseDowngrade } from '../../src/deploy/version-guard.ts';

describe('versions', () => {
  it('are in the order of Semantic Versioning', () => {
    const order = [
      'nonsense',
      '0.9.10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '1.10.0',
      '2.0.0',
    ];
    for (const [index, version] of order.entries()) {
      for (const [other, than] of order.entries()) {
        expect(Math.sign(compareVersions(version, than)), `${version} ${than}`).to.equal(
          Math.sign(index - other),
        );
      }
    }
    expect(compareVersions('1.0.0+a', 'v1.0.0+b')).to.equal(0);
  });

  it('may not go back, unless it is meant', () => {
    const tags = { 'mcp-s3:version': '1.2.0' };
    expect(() => refuseDowngrade(tags, '1.1.9', false)).to.throw(
      /deployed by mcp-s3 1\.2\.0, and this is the older 1\.1\.9/,
    );
    refuseDowngrade(tags, '1.1.9', true);
    refuseDowngrade(tags, '1.2.0', false);
    refuseDowngrade({}, '1.1.9', false);
  });
});

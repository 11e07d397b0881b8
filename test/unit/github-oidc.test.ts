import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
// @ts-expect-error a script, without types
import { narrowed, withPolicies } from '../../scripts/oidc-policies.mjs';
import { ROOT } from '../support/imports.ts';

describe('templates/github-oidc.yaml', () => {
  let text: string;
  before(async () => {
    text = await readFile(path.join(ROOT, 'templates/github-oidc.yaml'), 'utf8');
  });

  it('has the policies of docs/permissions as they are now', async () => {
    expect(text, 'run `node scripts/oidc-policies.mjs`').to.equal(await withPolicies(text));
  });

  it('grants no service as a whole, and has room in a role', async () => {
    const policy = JSON.parse(await readFile(path.join(ROOT, 'docs/permissions/deployer.json'), 'utf8'));
    const { Statement } = narrowed(policy) as { Statement: { Action: string[] }[] };
    const whole = Statement.flatMap(({ Action }) => Action).filter((action) => /:\*/.test(action));
    expect(whole).to.deep.equal([]);
    const longest = JSON.stringify({ Statement })
      .replaceAll(/\$\{AWS::Partition\}/g, 'aws-us-gov')
      .replaceAll(/\$\{Stage\}/g, 's'.repeat(20));
    // "IAM and STS quotas": characters of all inline policies of a role.
    expect(longest.length).to.be.below(10_240);
  });

  it('names no stage but its own', () => {
    const open = text.split('\n').filter((line) => /mcp-\*/.test(line));
    expect(open).to.deep.equal([]);
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
// @ts-expect-error a script, without types
import { withPolicies } from '../../scripts/oidc-policies.mjs';
import { ROOT } from '../support/imports.ts';

describe('templates/github-oidc.yaml', () => {
  let text: string;
  before(async () => {
    text = await readFile(path.join(ROOT, 'templates/github-oidc.yaml'), 'utf8');
  });

  it('has the policies of docs/permissions as they are now', async () => {
    expect(text, 'run `node scripts/oidc-policies.mjs`').to.equal(await withPolicies(text));
  });

  it('names no stage but its own', () => {
    const open = text.split('\n').filter((line) => /mcp-\*/.test(line));
    expect(open).to.deep.equal([]);
  });
});

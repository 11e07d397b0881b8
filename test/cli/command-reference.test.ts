import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
// @ts-expect-error a script, without types
import { commandReference } from '../../scripts/command-reference.mjs';
import { ROOT } from '../support/imports.ts';

describe('docs/commands.md', () => {
  it('says what the commands are now', async () => {
    const text = await readFile(path.join(ROOT, 'docs/commands.md'), 'utf8');
    expect(text, 'run `npm run docs`').to.equal(await commandReference());
  });
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { runCli } from '../support/cli.ts';
import { ROOT } from '../support/imports.ts';
import { isThere, offeredBy, SHELLS } from '../support/shells.ts';

describe('completion', () => {
  for (const shell of SHELLS) {
    it(`knows every command and flag, for ${shell}`, async () => {
      const { code, stdout, stderr } = await runCli(['completion', shell]);
      expect(code, stderr).to.equal(0);
      const manifest = JSON.parse(await readFile(path.join(ROOT, 'oclif.manifest.json'), 'utf8'));
      for (const { id, flags } of Object.values<{ id: string; flags: object }>(manifest.commands)) {
        for (const word of id.split(':')) expect(stdout).to.match(new RegExp(`\\b${word}\\b`));
        for (const [flag, { hidden }] of Object.entries<{ hidden?: boolean }>(flags as never)) {
          if (!hidden) expect(stdout).to.match(new RegExp(`(--|-l )${flag}\\b`));
        }
      }
    });
  }

  it('knows no other shell', async () => {
    const { code, stderr } = await runCli(['completion', 'cmd']);
    expect(code).to.equal(2);
    for (const shell of SHELLS) expect(stderr).to.include(shell);
  });

  for (const shell of SHELLS.filter(isThere)) {
    describe(`in ${shell}`, () => {
      let script: string;
      before(async () => {
        script = (await runCli(['completion', shell])).stdout;
      });
      const offered = (...words: string[]) => offeredBy(shell, script, words);

      it('completes commands', async () => {
        expect(await offered('dep')).to.deep.equal(['deploy']);
        expect(await offered('key', 'r')).to.deep.equal(['revoke', 'rotate']);
      });

      it('completes the flags of the command, and of no other', async () => {
        expect(await offered('destroy', '--k')).to.deep.equal(['--keep-bucket']);
        expect(await offered('status', '--k')).to.deep.equal([]);
        expect(await offered('key', 'rotate', '--gr')).to.deep.equal(['--grace']);
        expect(await offered('status', '--json', '--st')).to.deep.equal(['--stage']);
        expect(await offered('deploy', '--no-')).to.deep.equal(['--no-allow-writes', '--no-ha']);
      });

      it('completes values', async () => {
        expect(await offered('deploy', '--platform', 'linux/ar')).to.deep.equal(['linux/arm64']);
        expect(await offered('deploy', '--network', '')).to.deep.equal(['private', 'public-egress']);
        expect(await offered('completion', 'z')).to.deep.equal(['zsh']);
        if (shell === 'bash')
          expect(await offered('files', '--folder', ''), 'left to the shell').to.deep.equal([]);
      });
    });
  }
});

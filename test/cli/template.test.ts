import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { createCliHome, removeCliHome, runCli } from '../support/cli.ts';

describe('template', () => {
  it('prints what deploy uses, as YAML that says how to use it, without credentials', async () => {
    const { code, stdout, stderr } = await runCli(['template']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^# Made by mcp-s3 \d+\.\d+\.\d+\. /);
    // The build merges the fragments ahead of time; from the source they are merged now.
    expect(parseTemplate(stdout)).to.deep.equal((await composeTemplate()).template);
  });

  it('prints the bootstrap stack', async () => {
    const { code, stdout } = await runCli(['template', '--bootstrap']);
    expect(code).to.equal(0);
    expect(parseTemplate(stdout)).to.deep.equal((await composeBootstrap()).template);
  });

  it('is the same each time', async () => {
    const [first, second] = await Promise.all([runCli(['template']), runCli(['template'])]);
    expect(first.stdout).to.equal(second.stdout);
  });

  it('is judged by --check, without credentials and without being printed', async function () {
    // AWS's validator takes seconds to start, and more on a busy machine.
    this.timeout(120_000);
    const { code, stdout, stderr } = await runCli(['template', '--check']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout.split('\n')).to.deep.equal([
      'No problem found',
      'Checked by the rules of mcp-s3.',
      "Checked by AWS's validator (@aws/cloudformation-validate).",
      '',
    ]);
  });

  it('judges a file of somebody, too, and standard input', async function () {
    this.timeout(120_000);
    const home = await createCliHome();
    try {
      const printed = (await runCli(['template'])).stdout;
      const longer = printed.replace('StopTimeout: 120', 'StopTimeout: 300');
      await writeFile(path.join(home.cwd, 'mine.yaml'), longer);
      const { code, stdout } = await runCli(['template', '--check', 'mine.yaml'], { home });
      expect(code).to.equal(1);
      expect(stdout).to.include(
        'error TaskDefinition Properties.ContainerDefinitions.0.StopTimeout stop-timeout',
      );
      const asJson = await runCli(['template', '--check', '-', '--json'], { stdin: 'Resources: [' });
      expect(asJson.code).to.equal(1);
      const [finding] = JSON.parse(asJson.stdout).findings;
      expect(finding).to.include({ rule: 'syntax', severity: 'error' });
      expect(finding.message).to.match(/^cannot be read: .* at line \d+, column \d+/);
    } finally {
      await removeCliHome(home);
    }
  });

  it('says what it cannot judge, and what it does not print', async () => {
    for (const [args, words] of [
      [['--check', 'none.yaml'], 'none.yaml cannot be read: '],
      [['--check', '.'], '. cannot be read: '],
      [['mine.yaml'], 'to check mine.yaml, add --check'],
      [['--check', '--bootstrap', 'mine.yaml'], '--bootstrap'],
    ] as const) {
      const { code, stdout, stderr } = await runCli(['template', ...args]);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.include(words);
    }
  });

  it('has no --json', async () => {
    const { code, stdout } = await runCli(['template', '--json']);
    expect(code).to.equal(2);
    expect(JSON.parse(stdout).error.message).to.include('its output is the template');
  });
});

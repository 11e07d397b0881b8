import { expect } from 'chai';
import { parseTemplate } from '../../src/stack/compose/cfn-yaml.ts';
import { composeBootstrap, composeTemplate } from '../../src/stack/compose/compose.ts';
import { runCli } from '../support/cli.ts';

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
      'Nothing found',
      'The rules of mcp-s3 looked.',
      "AWS's validator (@aws/cloudformation-validate) looked.",
      '',
    ]);
  });

  it('has no --json', async () => {
    const { code, stdout } = await runCli(['template', '--json']);
    expect(code).to.equal(2);
    expect(JSON.parse(stdout).error.message).to.include('its output is the template');
  });
});

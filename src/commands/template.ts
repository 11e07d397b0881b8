import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { EXIT, usageError } from '../errors.ts';
import { hiding } from '../shared-flags.ts';

/** What somebody must know who deploys the file without us. */
const COMMENT = `Made by mcp-s3 VERSION. \`mcp-s3 deploy\` deploys it. By other means: as the stack mcp-<stage>, with CAPABILITY_NAMED_IAM,
tagged mcp-s3:stage=<stage>, after the bootstrap stack and its image. The name of ApiDeployment... stands for the API as
it is here, with the parameters' defaults. Where you change CorsOrigin, ZoneA or ZoneB of a stack, give it another name.`;

const BOOTSTRAP_COMMENT = `Made by mcp-s3 VERSION. \`mcp-s3 deploy\` deploys it. By other means: as the stack mcp-<stage>-bootstrap, tagged
mcp-s3:stage=<stage>.`;

export default class Template extends BaseCommand<typeof Template> {
  static override baseFlags = hiding('stage', 'local', 'folder', 'endpoint', 'profile', 'region');
  static override summary = 'Print the CloudFormation template, or check it.';
  static override description =
    "One flat template, the one that `deploy` uses, for a pipeline of your own or to read. Nothing is looked up, and no credentials are needed. With --check the template, or a FILE such as a printed template that you changed, is not printed but checked: by rules of our own, and by AWS's validator if that is installed beside mcp-s3 (npm install --global @aws/cloudformation-validate). --json prints what was found for programs.";
  static override examples = [
    '<%= config.bin %> template > mcp-s3.yaml',
    '<%= config.bin %> template --bootstrap',
    '<%= config.bin %> template --check',
    '<%= config.bin %> template --check mcp-s3.yaml',
  ];
  static override args = {
    file: Args.string({ description: 'with --check: a template of your own; - reads standard input' }),
  };
  static override flags = {
    bootstrap: Flags.boolean({
      description: 'the bootstrap stack instead: image registry and artifacts bucket',
    }),
    check: Flags.boolean({ description: 'check it, offline; exit code 1 if something is wrong' }),
    json: Flags.boolean({ hidden: true }),
  };

  protected async execute(): Promise<object | undefined> {
    const { bootstrap, check, json } = this.flags;
    const { file } = this.args;
    if (json && !check) throw usageError('template has no --json: its output is the template');
    if (file !== undefined) {
      if (!check) throw usageError(`template prints its own: to check ${file}, add --check`);
      if (bootstrap) throw usageError('--bootstrap is a template of its own: leave it out, or the file');
      const { readTemplate } = await import('../stack/check/read-template.ts');
      return await this.check(await readTemplate(file, this.context));
    }
    const { composeBootstrap, composeTemplate } = await import('../stack/compose/compose.ts');
    const { io, version } = this.context;
    const { template, body } = await (bootstrap ? composeBootstrap() : composeTemplate());
    if (check) return await this.check(body);
    const { printTemplate } = await import('../stack/compose/cfn-yaml.ts');
    const comment = (bootstrap ? BOOTSTRAP_COMMENT : COMMENT).replace('VERSION', version);
    io.write(printTemplate(template, comment));
    return undefined;
  }

  private async check(body: string): Promise<object> {
    const { checkTemplate } = await import('../stack/check/check-template.ts');
    const report = await checkTemplate(body);
    if (report.findings.some(({ severity }) => severity === 'error')) this.exitCode = EXIT.failed;
    const { io } = this.context;
    if (!this.json) {
      const { fittingWidth } = await import('../render/table.ts');
      const { renderTemplateCheck } = await import('../render/template-check.ts');
      const view = { style: io.outStyle, width: fittingWidth(io) };
      for (const line of renderTemplateCheck(report, view)) io.out(line);
    }
    return report;
  }
}

import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { usageError } from '../errors.ts';

/** What somebody must know who deploys the file without us. */
const COMMENT = `Made by mcp-s3 VERSION. \`mcp-s3 deploy\` deploys it. By other means: as the stack mcp-<stage>, with CAPABILITY_NAMED_IAM,
tagged mcp-s3:stage=<stage>, after the bootstrap stack and its image. The name of ApiDeployment... stands for the API as
it is here, with the parameters' defaults. Where you change CorsOrigin, ZoneA or ZoneB of a stack, give it another name.`;

const BOOTSTRAP_COMMENT = `Made by mcp-s3 VERSION. \`mcp-s3 deploy\` deploys it. By other means: as the stack mcp-<stage>-bootstrap, tagged
mcp-s3:stage=<stage>.`;

export default class Template extends BaseCommand<typeof Template> {
  static override summary = 'Print the CloudFormation template.';
  static override description =
    'One flat template, for a pipeline of your own or to look through. It is what `deploy` uses; nothing is looked up and no credentials are needed.';
  static override examples = [
    '<%= config.bin %> template > mcp-s3.yaml',
    '<%= config.bin %> template --bootstrap',
  ];
  static override flags = {
    bootstrap: Flags.boolean({ description: 'the template of the registry and the artifacts bucket' }),
    json: Flags.boolean({ hidden: true }),
  };

  protected async execute(): Promise<undefined> {
    if (this.flags.json) throw usageError('template has no --json: its output is the template');
    const { composeBootstrap, composeTemplate } = await import('../stack/compose/compose.ts');
    const { printTemplate } = await import('../stack/compose/cfn-yaml.ts');
    const { io, version } = this.context;
    const { bootstrap } = this.flags;
    const { template } = await (bootstrap ? composeBootstrap() : composeTemplate());
    const comment = (bootstrap ? BOOTSTRAP_COMMENT : COMMENT).replace('VERSION', version);
    io.write(printTemplate(template, comment));
  }
}

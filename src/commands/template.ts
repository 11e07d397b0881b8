import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';

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
  };

  protected async execute(): Promise<undefined> {
    const { composeBootstrap, composeTemplate } = await import('../stack/compose/compose.ts');
    const { printTemplate } = await import('../stack/compose/cfn-yaml.ts');
    const { template, body } = await (this.flags.bootstrap ? composeBootstrap() : composeTemplate());
    if (this.json) this.context.io.out(body);
    else this.context.io.write(printTemplate(template));
    return undefined;
  }
}

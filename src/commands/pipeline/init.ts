import { Flags } from '@oclif/core';
import { BaseCommand } from '../../base-command.ts';
import { CliError, EXIT, usageError } from '../../errors.ts';
import { hiding } from '../../shared-flags.ts';
import { PLATFORMS } from '../../stack/deploy-settings.ts';

export default class PipelineInit extends BaseCommand<typeof PipelineInit> {
  static override baseFlags = hiding('local', 'folder', 'endpoint');
  static override summary = 'Write a GitHub workflow that deploys a stage, and the template of its roles.';
  static override description =
    "The workflow deploys when the branch changes, checks the result, and shows on pull requests what would change. It takes on an AWS role with GitHub's token: no key is stored. Files that exist and differ are replaced only after asking, or with --force. It needs no credentials, and prints the steps that are left for you.";
  static override examples = [
    '<%= config.bin %> pipeline init',
    '<%= config.bin %> pipeline init --stage prod --branch release --region eu-central-1',
  ];
  static override flags = {
    branch: Flags.string({ description: 'the branch to deploy', default: 'main', helpValue: 'NAME' }),
    platform: Flags.string({
      description: 'platform of tasks and image (default: as in mcp-s3.json, or linux/arm64)',
      options: [...PLATFORMS],
    }),
    repository: Flags.string({
      description: 'GitHub repository (default: that of the remote "origin")',
      helpValue: 'OWNER/NAME',
    }),
    force: Flags.boolean({ description: 'replace files that exist' }),
  };

  protected async execute(): Promise<object> {
    const { settings, flags } = this;
    const { io, cwd, version } = this.context;
    if (settings.kind !== 'aws') {
      throw usageError(`pipeline init is about a stage on AWS, and the target is ${settings.kind}`);
    }
    const { initPipeline } = await import('../../pipeline/init-pipeline.ts');
    const { branch, platform, repository, force } = flags;
    const request = { cwd, version, region: await this.region(), branch, platform, repository, force };
    const result = await initPipeline(settings, request, (paths) => this.mayReplace(paths));
    if (result === undefined) throw new CliError(EXIT.declined, 'declined', 'nothing was written');
    if (!this.json) {
      for (const { path, status } of result.files) {
        io.out(`${status === 'written' ? 'Wrote' : 'Already there:'} ${io.show(path)}`);
      }
      io.note('');
      io.note('Next, once:');
      for (const { title, command } of result.next) io.note(`- ${title}\n    ${command}`);
    }
    return result;
  }

  private async region(): Promise<string> {
    if (this.settings.region !== undefined) return this.settings.region;
    const { connectAws } = await import('../../targets/aws/connect.ts');
    const connection = await connectAws(this.settings, this.context);
    await connection.dispatcher.close();
    return connection.region;
  }

  private async mayReplace(paths: string[]): Promise<boolean> {
    const { io, signal } = this.context;
    const { askLine, canAsk } = await import('../../prompt.ts');
    const list = paths.map((path) => io.show(path)).join(' and ');
    if (!canAsk(io)) {
      throw usageError(`${list} ${paths.length === 1 ? 'is' : 'are'} there and would be replaced`, [
        'nothing was written: --force replaces what is there',
      ]);
    }
    const answer = await askLine(io, `Replace ${list}? [y/N] `, signal);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  }
}

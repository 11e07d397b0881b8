import { BaseCommand } from '../base-command.ts';
import { DEPLOY_FLAGS } from '../deploy/deploy-flags.ts';
import { EXIT, usageError } from '../errors.ts';
import { deployView } from '../render/deploy-view.ts';
import { renderDeployed } from '../render/deployed.ts';
import { targetWords } from '../settings/target-words.ts';
import { hiding } from '../shared-flags.ts';
import { snakeCased } from '../snake-case.ts';
import { readWishes } from '../stack/wishes.ts';

export default class Deploy extends BaseCommand<typeof Deploy> {
  static override baseFlags = hiding('local', 'folder', 'endpoint');
  static override summary = 'Deploy a stage to AWS, or update it.';
  static override description = [
    'Checks first, shows what it will do and what that costs, asks, deploys, and tries out the result. You can run it again at any time: it continues where an earlier run stopped, and says so if there is nothing to do. Settings that you do not give keep their deployed values; mcp-s3.json can hold them, and --reset puts one back to its default.',
    'With --json it prints result, stage, account, region, stack, version, settings, plan, outputs, checks, confirm_email and warnings. The result is created, updated, unchanged, or planned (nothing was changed). The plan lists every resource that changes, the outputs are those of the stack, and the checks say what was tried at the end.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> deploy --dry-run',
    '<%= config.bin %> deploy --email ops@example.com',
    '<%= config.bin %> deploy --stage prod --ha --min-tasks 2 --yes',
    '<%= config.bin %> deploy --stage prod --verify',
    '<%= config.bin %> deploy --sleep-after 15m --reset email',
  ];
  static override flags = DEPLOY_FLAGS;

  protected async execute(): Promise<object> {
    const { io, env, signal } = this.context;
    const { flags, settings, context } = this;
    if (settings.kind !== 'aws') {
      throw usageError(`deploy works in an AWS account, and the target is ${settings.kind}`, [
        settings.kind === 'local' ? 'to serve a folder of this machine: mcp-s3 dev' : 'leave out --endpoint',
      ]);
    }
    const wishes = readWishes(flags, settings.file, flags.reset ?? []);
    const dryRun = flags['dry-run'] || flags['fail-on-changes'];
    const { deployStage } = await import('../deploy/deploy-stage.ts');
    const { askToDeploy } = await import('../deploy/ask-to-deploy.ts');
    const shown = deployView(io, { env, planOnly: dryRun });
    const view = {
      ...shown,
      ask: (plan: Parameters<typeof askToDeploy>[1]) => askToDeploy(io, plan, settings.stage, signal),
    };
    const request = {
      wishes,
      dryRun,
      yes: flags.yes,
      allowDowngrade: flags['allow-downgrade'],
      verify: flags.verify,
    };
    const { result, apiKey } = await deployStage(settings, context, request, view).finally(() => shown.end());
    if (flags['fail-on-changes'] && result.result === 'planned') this.exitCode = EXIT.finding;
    if (!this.json)
      for (const line of renderDeployed(result, { apiKey, io, flags: targetWords(settings) })) io.out(line);
    return snakeCased(result) as object;
  }
}

import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { CliError, EXIT, InterruptedError, usageError } from '../errors.ts';
import { askLine, canAsk } from '../prompt.ts';
import { workLog } from '../render/work-log.ts';
import { wrapHanging } from '../render/wrap.ts';
import { hiding } from '../shared-flags.ts';
import type { DestroyPlan } from '../targets/target.ts';

export default class Destroy extends BaseCommand<typeof Destroy> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Delete everything that was made for a stage.';
  static override description = [
    "Shows what is deleted and what stays, then asks for the stage's name; --confirm gives it beforehand, which is needed where nobody can be asked. On AWS the bucket is deleted with every version of every file in it, unless --keep-bucket is given. If it is interrupted, the same command continues.",
    'With --local your own files are never deleted, also not those that you uploaded.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> destroy --stage trial',
    '<%= config.bin %> destroy --stage trial --confirm trial --keep-bucket',
    '<%= config.bin %> destroy --local',
  ];
  static override flags = {
    confirm: Flags.string({
      description: "the stage's name, instead of typing it when asked",
      helpValue: 'NAME',
    }),
    'keep-bucket': Flags.boolean({ description: 'keep the bucket and the files in it (AWS)' }),
  };

  protected async execute(): Promise<object> {
    const { confirm } = this.flags;
    const { stage, kind } = this.settings;
    if (confirm !== undefined && confirm !== stage) {
      throw usageError(`--confirm ${JSON.stringify(confirm)} is not the stage, which is ${stage}`, [
        `to destroy another stage name it: --stage NAME`,
      ]);
    }
    const options = { keepBucket: this.flags['keep-bucket'] };
    if (kind !== 'aws') {
      const target = await this.openTarget();
      return await this.carryOut(await target.planDestroy(options, this.context.signal));
    }
    const { openAwsDestroy } = await import('../targets/aws/destroy.ts');
    const { plan, close } = await openAwsDestroy(this.settings, this.context, options);
    try {
      return await this.carryOut(plan);
    } finally {
      await close();
    }
  }

  private async carryOut(plan: DestroyPlan): Promise<object> {
    const { io } = this.context;
    const { stage } = this.settings;
    const { place, removes, keeps } = plan;
    const where = place === undefined ? '' : `, ${place}`;
    if (removes.length === 0) {
      io.note(`There is nothing to destroy in stage ${stage}${where}.`);
      this.list('Stays:', keeps);
      return { stage, removed: [], kept: keeps };
    }
    io.note(`Stage ${stage}${where}`);
    this.list('Goes for good:', removes);
    this.list('Stays:', keeps);
    if (this.flags.confirm === undefined) await this.ask(stage);
    await this.work(plan);
    if (!this.json) io.out(`Destroyed stage ${stage}.`);
    if (plan.bill !== undefined) {
      this.list('Kept:', keeps);
      io.note(plan.bill);
    }
    return { stage, removed: removes, kept: keeps };
  }

  private async work(plan: DestroyPlan): Promise<void> {
    const { io, signal } = this.context;
    const log = workLog(io);
    try {
      await plan.execute(log, signal);
    } catch (error) {
      log.stop();
      if (error instanceof InterruptedError) {
        io.note('Interrupted halfway. The same command again finishes it.');
      }
      throw error;
    } finally {
      log.stop();
    }
  }

  private list(title: string, things: DestroyPlan['removes']): void {
    const { io } = this.context;
    if (things.length === 0 || io.json) return;
    const width = io.stderr.isTTY ? (io.stderr.columns ?? 80) : Number.POSITIVE_INFINITY;
    const lines = things.flatMap((thing) => wrapHanging(io.show(thing), width - 2, '    '));
    io.stderr.write(`${io.errStyle.bold(title)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }

  private async ask(stage: string): Promise<void> {
    const { io, signal } = this.context;
    if (!canAsk(io)) {
      throw usageError('destroy needs your consent, and there is no terminal to ask on', [
        `give it beforehand: --confirm ${stage}`,
      ]);
    }
    const answer = await askLine(io, `Type the stage's name (${stage}) to destroy it: `, signal);
    if (answer?.trim() === stage) return;
    throw new CliError(EXIT.declined, 'declined', 'that is not the name: nothing was destroyed');
  }
}

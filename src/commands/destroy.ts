import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { askLine, canAsk } from '../prompt.ts';
import type { DestroyPlan } from '../targets/target.ts';

export default class Destroy extends BaseCommand<typeof Destroy> {
  static override summary = 'Take away everything that was made for a stage.';
  static override description =
    `Shows what goes and what stays, then asks for the stage's name; --confirm gives it beforehand, which is needed where nobody can be asked. With --local your own files are never deleted, also not those that you uploaded.`;
  static override examples = [
    '<%= config.bin %> destroy --local',
    '<%= config.bin %> destroy --stage trial --confirm trial --local',
  ];
  static override flags = {
    confirm: Flags.string({ description: "the stage's name, instead of the question", helpValue: 'NAME' }),
  };

  protected async execute(): Promise<object> {
    const { io, signal } = this.context;
    const { confirm } = this.flags;
    const { stage } = this.settings;
    if (confirm !== undefined && confirm !== stage) {
      throw usageError(`--confirm ${JSON.stringify(confirm)} is not the stage, which is ${stage}`, [
        `to destroy another stage name it: --stage NAME`,
      ]);
    }
    const target = await this.openTarget();
    const plan = await target.planDestroy();
    if (plan.removes.length === 0) {
      io.note(`There is nothing to destroy in stage ${stage}.`);
      this.list('Stays:', plan.keeps);
      return { stage, removed: [], kept: plan.keeps };
    }
    this.list('Goes for good:', plan.removes);
    this.list('Stays:', plan.keeps);
    if (confirm === undefined) await this.ask(stage);
    await plan.execute((line) => io.note(io.show(line)), signal);
    if (!this.json) io.out(`Destroyed stage ${stage}.`);
    return { stage, removed: plan.removes, kept: plan.keeps };
  }

  private list(title: string, things: DestroyPlan['removes']): void {
    const { io } = this.context;
    if (things.length === 0 || io.json) return;
    io.stderr.write(`${io.errStyle.bold(title)}\n${things.map((thing) => `  ${io.show(thing)}\n`).join('')}`);
  }

  private async ask(stage: string): Promise<void> {
    const { io, signal } = this.context;
    if (!canAsk(io)) {
      throw usageError('nobody can be asked here whether to destroy it', [
        `say so beforehand: --confirm ${stage}`,
      ]);
    }
    const answer = await askLine(io, `Type the stage's name (${stage}) to destroy it: `, signal);
    if (answer?.trim() === stage) return;
    throw new CliError(EXIT.declined, 'declined', 'that is not the name: nothing was destroyed');
  }
}

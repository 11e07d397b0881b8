import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { EXIT } from '../errors.ts';
import { renderAlarms } from '../render/alarms.ts';
import { liveText } from '../render/live.ts';
import { fittingWidth } from '../render/table.ts';
import { parseRange } from '../settings/duration.ts';
import { hiding } from '../shared-flags.ts';
import type { AlarmOptions, AlarmReport } from '../targets/alarm-report.ts';
import { watch } from '../watch.ts';

const WATCH_MS = 5000;

export default class Alarms extends BaseCommand<typeof Alarms> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Show the alarms: which are ringing, since when, and why.';
  static override description = [
    'The states are CloudWatch\'s: OK, ALARM, INSUFFICIENT_DATA. Alarms that only drive scaling and waking are not faults: they are listed apart ("scaling" with --json) and never counted, also not by --fail-on-alarm.',
    'With --watch and --json each report is one line. With --watch and --fail-on-alarm the command ends as soon as an alarm rings.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> alarms',
    '<%= config.bin %> alarms --history --since 7d',
    '<%= config.bin %> alarms --fail-on-alarm --stage prod',
    '<%= config.bin %> alarms --watch --local',
  ];
  static override flags = {
    watch: Flags.boolean({ char: 'w', description: 'refresh every 5 seconds until Ctrl-C' }),
    history: Flags.boolean({ description: 'also show how the states changed', exclusive: ['watch'] }),
    since: Flags.string({
      description: 'start of the history: how long ago (1h, 2d), or a date (default: 1d; AWS keeps 30 days)',
      helpValue: 'WHEN',
      dependsOn: ['history'],
    }),
    'fail-on-alarm': Flags.boolean({ description: 'exit with code 6 if an alarm is ringing' }),
  };

  protected override readonly untilStopped = this.argv.some((word) => word === '--watch' || word === '-w');

  protected async execute(): Promise<object | undefined> {
    const { io, now, signal } = this.context;
    const options = this.options();
    const target = await this.openTarget();
    const { lookTitle } = await import('../doctor/aws-diagnoses.ts');
    const view = () => ({ style: io.outStyle, width: fittingWidth(io), now: now(), lookTitle });
    const show = (report: AlarmReport) => renderAlarms(report, view());
    if (!this.flags.watch) {
      const report = await target.alarms(signal, options);
      if (!this.json) for (const line of show(report)) io.out(line);
      this.judge(report);
      return report;
    }
    const display = liveText(io);
    await watch(
      () => target.alarms(signal),
      (report) => {
        if (this.json) io.out(JSON.stringify(report));
        else display(show(report));
        return this.judge(report) ? 'enough' : 'go on';
      },
      { everyMs: WATCH_MS, signal, onTrouble: io.warn },
    );
    return undefined;
  }

  private options(): AlarmOptions {
    const { history, since = '1d' } = this.flags;
    return history ? { historySince: parseRange({ since }, this.context.now()).since } : {};
  }

  /** Whether an alarm rings and that was asked for. */
  private judge({ alarms }: AlarmReport): boolean {
    const found = this.flags['fail-on-alarm'] && alarms.some(({ state }) => state === 'ALARM');
    if (found) this.exitCode = EXIT.finding;
    return found;
  }
}

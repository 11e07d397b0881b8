import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { liveText } from '../render/live.ts';
import { renderStages, renderStatus } from '../render/status.ts';
import { fittingWidth } from '../render/table.ts';
import type { StatusReport } from '../targets/target.ts';
import { watch } from '../watch.ts';

const WATCH_MS = 2000;
const AWS_WATCH_MS = 10_000;

export default class Status extends BaseCommand<typeof Status> {
  static override summary = 'Show health, address, use and last deployment.';
  static override description =
    `On AWS it asks the service itself once, which counts as one request of the day; with --watch the load balancer's own checks tell its health from then on. A service that sleeps is not woken. What the credentials may not look at is named. With --watch and --json each report is one line.

--all-regions lists every stage of the account, in each region that it may use.`;
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --watch --stage prod',
    '<%= config.bin %> status --all-regions',
    '<%= config.bin %> status --local --json',
  ];
  static override flags = {
    watch: Flags.boolean({
      char: 'w',
      description: 'refresh every 2 seconds (on AWS: 10) until Ctrl-C',
    }),
    'all-regions': Flags.boolean({
      description: 'list the stages of the account in all regions',
      exclusive: ['watch'],
    }),
  };

  protected override readonly untilStopped = this.argv.some((word) => word === '--watch' || word === '-w');

  protected async execute(): Promise<object | undefined> {
    if (this.flags['all-regions']) return this.everywhere();
    const { io, signal } = this.context;
    const target = await this.openTarget();
    if (!this.flags.watch) {
      const report = await target.status(signal);
      if (!this.json) for (const line of this.lines(report)) io.out(line);
      return flat(report);
    }
    const show = liveText(io);
    await watch(
      () => target.status(signal),
      (report) => {
        if (this.json) io.out(JSON.stringify(flat(report)));
        else show(this.lines(report));
        return 'go on';
      },
      { everyMs: target.kind === 'aws' ? AWS_WATCH_MS : WATCH_MS, signal, onTrouble: io.warn },
    );
    return undefined;
  }

  private lines(report: StatusReport): string[] {
    const { io, now } = this.context;
    return renderStatus(report, { style: io.outStyle, now: now() }, io.show);
  }

  private async everywhere(): Promise<object> {
    const { stagesEverywhere } = await import('../targets/aws/all-regions.ts');
    const { io, now } = this.context;
    const report = await stagesEverywhere(this.settings, this.context);
    if (!this.json) {
      const view = { style: io.outStyle, width: fittingWidth(io), now: now() };
      for (const line of renderStages(report, view)) io.out(line);
    }
    for (const { region, reason } of report.not_looked_at)
      io.warn(`could not look into ${region}: ${reason}`);
    return report;
  }
}

function flat({ details, ...report }: StatusReport): object {
  return { ...report, ...details };
}

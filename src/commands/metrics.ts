import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { glyphsFor } from '../render/glyphs.ts';
import { liveText, screenRows } from '../render/live.ts';
import { renderMetrics } from '../render/metrics.ts';
import { parseRange } from '../settings/duration.ts';
import { hiding } from '../shared-flags.ts';
import type { MetricsReport } from '../targets/metrics-report.ts';
import { watch } from '../watch.ts';

const WATCH_MS = 2000;

/** CloudWatch has new figures once a minute, and takes money for each look: a cent for 1,000 metrics. */
const AWS_WATCH_MS = 30_000;

export default class Metrics extends BaseCommand<typeof Metrics> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Show requests, latency, errors and tokens as charts.';
  static override description =
    `Health checks of the load balancer are not counted. Latency is the time of the service itself; waiting for the model is shown apart. On AWS the figures come from CloudWatch, a minute or two late and in steps of a minute at least. What the model's tokens cost is an estimate by its list price ("tokens_usd" with --json; on AWS as if the stage's own model had them all), and left out where no price is known. With --watch and --json each report is one line.`;
  static override examples = [
    '<%= config.bin %> metrics',
    '<%= config.bin %> metrics --since 2d --stage prod',
    '<%= config.bin %> metrics --since 10m --watch --local',
  ];
  static override flags = {
    since: Flags.string({
      description: 'start: how long ago (30m, 1h, 2d), or a date',
      default: '1h',
      helpValue: 'WHEN',
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'refresh every 2 seconds (on AWS: 30) until Ctrl-C',
    }),
  };

  protected override readonly untilStopped = this.argv.some((word) => word === '--watch' || word === '-w');

  protected async execute(): Promise<object | undefined> {
    const { io, signal } = this.context;
    parseRange(this.flags, this.context.now());
    const target = await this.openTarget();
    const ask = () => {
      const now = this.context.now();
      return target.metrics({ ...parseRange(this.flags, now), until: now }, signal);
    };
    if (!this.flags.watch) {
      const report = await ask();
      if (!this.json) for (const line of this.lines(report)) io.out(line);
      return report;
    }
    const show = liveText(io);
    await watch(
      ask,
      (report) => {
        if (this.json) io.out(JSON.stringify(report));
        else show(this.lines(report, screenRows(io)));
        return 'go on';
      },
      { everyMs: target.kind === 'aws' ? AWS_WATCH_MS : WATCH_MS, signal, onTrouble: io.warn },
    );
    return undefined;
  }

  private lines(report: MetricsReport, rows?: number): string[] {
    const { io, env, now } = this.context;
    return renderMetrics(report, {
      style: io.outStyle,
      width: io.width,
      rows,
      glyphs: glyphsFor(env),
      now: now(),
    });
  }
}

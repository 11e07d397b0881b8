import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { EXIT, usageError } from '../errors.ts';
import { renderCost } from '../render/cost.ts';
import { fittingWidth } from '../render/table.ts';
import { hiding } from '../shared-flags.ts';

/** CloudWatch keeps figures of hours for 455 days. */
const MOST_DAYS = 455;

export default class Cost extends BaseCommand<typeof Cost> {
  static override baseFlags = hiding('local', 'folder', 'endpoint');
  static override summary = 'Estimate what a stage costs, item by item, and show what it used.';
  static override description = [
    'An estimate from the deployed settings and AWS\'s published prices, each line with its assumption; what the last days really used, as CloudWatch counted it; and what each switch of `deploy` would change. It is not the bill: taxes, discounts, free tiers and data sent to the internet are not included. A region without known prices shows "no price".',
    'With --json: stage, region, estimate (standing, asleep, requests, uploads: each with items, usd, unpriced), switches, used.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> cost',
    '<%= config.bin %> cost --days 30 --stage prod',
    "<%= config.bin %> cost --json | jq '.estimate.standing.usd'",
  ];
  static override flags = {
    days: Flags.integer({
      description: 'days of use to count',
      default: 7,
      min: 1,
      max: MOST_DAYS,
      helpValue: 'N',
    }),
  };

  protected async execute(): Promise<object> {
    const { io, now } = this.context;
    if (this.settings.kind === 'local') {
      throw usageError('cost is about AWS, and the target is local: nothing costs anything there', [
        'for a stage on AWS: leave out --local (and unset MCP_S3_LOCAL)',
      ]);
    }
    if (this.settings.kind === 'endpoint') {
      const { refuse } = await import('../targets/endpoint-target.ts');
      return refuse('cost');
    }
    const { readCosts } = await import('../cost/cost-report.ts');
    const report = await readCosts(this.settings, this.context, this.flags.days);
    if (!this.json) {
      const view = { style: io.outStyle, width: fittingWidth(io), now: now() };
      for (const line of renderCost(report, view)) io.out(line);
    }
    if (report.problem !== undefined) {
      io.note(`What was used could not be looked up: ${report.problem}`);
      this.exitCode = EXIT.unfinished;
    }
    return report;
  }
}

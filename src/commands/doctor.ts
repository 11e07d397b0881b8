import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { isBroken } from '../doctor/walk.ts';
import { EXIT } from '../errors.ts';
import { renderDoctor, verdict } from '../render/doctor.ts';
import { glyphsFor } from '../render/glyphs.ts';
import { fittingWidth } from '../render/table.ts';
import { waiting } from '../render/waiting.ts';
import { wrapIndented } from '../render/wrap.ts';
import { hiding } from '../shared-flags.ts';

export default class Doctor extends BaseCommand<typeof Doctor> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Find what is broken, and say how to repair it.';
  static override description =
    `Goes the way of a request (key, API, link, load balancer, firewalls, tasks, model, bucket) and that of an upload (events, rule, queue, function), and stops guessing behind the first break. It only reads, and read-only credentials do; what they may not look at is said. With --local it looks at this machine.

Exit code 1 if anything is broken, 5 if nothing is but not all could be looked at.

With --json: healthy (true or false), checks and fixed. A check has id, title and state (good, notice, broken, unknown, absent, not_reached); good and absent have seen; broken and notice have cause (a stable word), says, evidence, remedy, and fix where --fix can do it; unknown has says, and needs with the missing permission; not_reached has because, the id of what comes first. fixed lists what --fix did.`;
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --json',
    '<%= config.bin %> doctor --local',
  ];
  static override flags = {
    fix: Flags.boolean({ description: 'also do what is safe to do, then look again' }),
  };

  protected async execute(): Promise<object> {
    const { io } = this.context;
    const { examine } = await import('../doctor/examine.ts');
    const display = waiting(io);
    const { results, fixed } = await examine(this.settings, this.context, {
      fix: this.flags.fix,
      events: { onStart: ({ title }) => void display.next(`Looking at ${title}`) },
    }).finally(() => display.stop());
    const broken = isBroken(results);
    const unknown = results.some(({ state }) => state === 'unknown');
    if (broken) this.exitCode = EXIT.failed;
    else if (unknown) this.exitCode = EXIT.unfinished;
    for (const { does, failed } of fixed) {
      if (failed === undefined) io.note(`Done: ${does}.`);
      else io.warn(`could not ${does}: ${failed}`);
    }
    if (!this.json) {
      const width = fittingWidth(io);
      const view = { style: io.outStyle, width, ellipsis: glyphsFor(this.context.env).ellipsis };
      for (const line of renderDoctor(results, view)) io.out(line);
      io.out();
      for (const line of wrapIndented(verdict(results), width)) io.out(line);
    }
    return {
      healthy: !broken && !unknown,
      checks: results.map((result) => ('fix' in result ? { ...result, fix: result.fix?.does } : result)),
      fixed,
    };
  }
}

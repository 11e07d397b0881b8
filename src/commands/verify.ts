import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { EXIT, usageError } from '../errors.ts';
import { formatDuration } from '../render/duration.ts';
import { glyphsFor } from '../render/glyphs.ts';
import { printable } from '../render/printable.ts';
import { fittingWidth } from '../render/table.ts';
import { renderVerify } from '../render/verify.ts';
import { waiting } from '../render/waiting.ts';
import type { CheckResult } from '../verify/walk.ts';

export default class Verify extends BaseCommand<typeof Verify> {
  static override summary = 'Check step by step that the service does what it promises.';
  static override description = [
    'Acts as a client does: health, upload, files, summaries, MCP in both generations, and what must be refused. It uploads a small file and removes it again; if only a URL and a key are known, it uses a file that is there. Exit code 1 if a check failed.',
    'With --json it prints target, url, passed, counts and checks. A check has name, status (ok, failed, skipped or not_reached), what was seen and what was expected; one that failed also a remedy, and in blames_service whether the service answers wrongly or the way to it is broken.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> verify --local',
    '<%= config.bin %> verify --throttle --local',
    '<%= config.bin %> verify --endpoint https://abc123.execute-api.eu-west-1.amazonaws.com/v1 --json',
  ];
  static override flags = {
    throttle: Flags.boolean({
      description: 'also send requests faster than allowed until a 429 comes, with a key made for it',
    }),
    events: Flags.boolean({ description: 'also follow a new file to its summary (AWS only)' }),
  };

  protected async execute(): Promise<object> {
    const { io, env } = this.context;
    const target = await this.openTarget();
    if (this.flags.events && target.kind !== 'aws') {
      throw usageError('--events follows what AWS does with an upload, which happens on AWS only', [
        'leave it out here',
      ]);
    }
    io.note(`Checking ${target.describe()}.`);
    if (this.flags.throttle && target.kind === 'endpoint') {
      io.warn('--throttle uses the key at hand: it may use up 200 requests of its quota today.');
    }
    const { verify } = await import('../verify/verify.ts');
    const display = waiting(io);
    const report = await verify(
      target,
      this.context,
      { throttle: this.flags.throttle, events: this.flags.events },
      {
        onStart: ({ name }) => void display.next(`Checking ${name}`),
        onDone: (result) => {
          if (!io.stderr.isTTY && result.status !== 'not_reached') io.note(plainLine(result));
        },
      },
    ).finally(() => display.stop());
    if (!report.passed) this.exitCode = EXIT.failed;
    if (!this.json) {
      const view = { style: io.outStyle, width: fittingWidth(io), ellipsis: glyphsFor(env).ellipsis };
      for (const line of renderVerify(report, view)) io.out(line);
    }
    return report;
  }
}

function plainLine({ name, status, duration_ms, seen }: CheckResult): string {
  return `${status.replace('_', ' ')}: ${name} (${formatDuration(duration_ms)}) ${printable(seen)}`;
}

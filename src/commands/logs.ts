import { once } from 'node:events';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { usageError } from '../errors.ts';
import { renderLogLine } from '../render/log-line.ts';
import { logLineJson } from '../render/log-line-json.ts';
import { fittingWidth } from '../render/table.ts';
import { parseRange } from '../settings/duration.ts';
import { hiding } from '../shared-flags.ts';
import { LOG_LEVELS, LOG_SOURCES, type LogQuery } from '../targets/log-line.ts';

export default class Logs extends BaseCommand<typeof Logs> {
  static override baseFlags = hiding('endpoint');
  static override summary = "Show the service's log.";
  static override description =
    `Lines in the order of time, in this machine's time zone. A request's line shows what was asked, the status, the duration and the request's id, shortened on a narrow terminal. A crash is one line with its stack below it.

On AWS it shows the lines of all tasks, in one order. --source shows another log of the stage: upload (the function for new files), keeper (the function for sleep and old keys) or access (every call of the API, also those that it refused). --follow continues through deployments and lost connections, without loss. It uses CloudWatch's live tail where the credentials allow it: 1,800 minutes a month are free, then AWS bills by the minute.

With --json each line is an object: {"time","level","message","request_id","fields":{…}}.`;
  static override examples = [
    '<%= config.bin %> logs',
    '<%= config.bin %> logs --since 2d --level error --stage prod',
    '<%= config.bin %> logs --source upload --since 1d',
    '<%= config.bin %> logs --follow --filter /summarize --local',
    '<%= config.bin %> logs --since 2026-11-24T10:00 --until 2026-11-24T11:00 --json --local',
  ];
  static override flags = {
    since: Flags.string({
      description: 'start: how long ago (30m, 1h, 2d), or a date',
      default: '1h',
      helpValue: 'WHEN',
    }),
    until: Flags.string({
      description: 'end: how long ago, or a date (default: now)',
      helpValue: 'WHEN',
      exclusive: ['follow'],
    }),
    follow: Flags.boolean({ char: 'f', description: 'show new lines as they come, until Ctrl-C' }),
    filter: Flags.string({ description: 'only lines that contain this text', helpValue: 'TEXT' }),
    level: Flags.option({ options: LOG_LEVELS, description: 'only this level and more severe ones' })(),
    source: Flags.option({
      options: LOG_SOURCES,
      description: 'which log of a stage on AWS',
      default: 'service' as const,
    })(),
    request: Flags.string({
      description: 'only lines of this request; the beginning of its id is enough',
      helpValue: 'ID',
    }),
  };

  protected override readonly untilStopped = this.argv.some((word) => word === '--follow' || word === '-f');

  protected async execute(): Promise<undefined> {
    const { io, signal, now } = this.context;
    const { filter, follow, level, request, source } = this.flags;
    const query: LogQuery = { ...parseRange(this.flags, now()), source, follow, onNote: io.note };
    if (filter !== undefined) query.filter = filter;
    if (level !== undefined) query.level = level;
    if (request !== undefined) query.requestId = request;

    const target = await this.openTarget();
    if (source !== 'service' && target.kind === 'local') {
      throw usageError(`--source ${source} is a log on AWS: on this machine there is the service's alone`, [
        'leave out --source, or leave out --local',
      ]);
    }
    let count = 0;
    for await (const line of target.logs(query, signal)) {
      count++;
      io.out(this.json ? logLineJson(line) : renderLogLine(line, io.outStyle, fittingWidth(io), now()));
      if (io.stdout.writableNeedDrain) await once(io.stdout, 'drain', { signal });
    }
    if (count === 0 && !follow) {
      const like = filter === undefined && level === undefined && request === undefined ? '' : ' like these';
      const usual = this.flags.since === '1h' && this.flags.until === undefined;
      const when = usual ? 'in the last hour (--since 1d looks further back)' : 'in this time';
      io.note(`No lines${like} ${when}.`);
    }
    return undefined;
  }
}

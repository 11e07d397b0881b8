import { once } from 'node:events';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { usageError } from '../errors.ts';
import { renderLogLine } from '../render/log-line.ts';
import { logLineJson } from '../render/log-line-json.ts';
import { fittingWidth } from '../render/table.ts';
import { parseRange } from '../settings/duration.ts';
import { LOG_LEVELS, LOG_SOURCES, type LogQuery } from '../targets/log-line.ts';

export default class Logs extends BaseCommand<typeof Logs> {
  static override summary = "Show the service's log.";
  static override description =
    `Lines in order of time, on this machine's clock. A request's line says what was asked, the status, the duration and the request's id, of which a narrow terminal shows the beginning; --request takes either. A crash is one line with its stack below it.

On AWS it holds the lines of all tasks, in one order; --source shows the other logs of the stage instead: of the functions, and of every call of the API, also those that it refused itself. --follow goes on through deployments and lost connections, without loss; where the credentials allow it, it uses CloudWatch's live tail, which AWS gives free for 1,800 minutes a month and then bills by the minute.

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
      description: 'begin so long ago (30m, 1h, 2d) or at this date',
      default: '1h',
      helpValue: 'WHEN',
    }),
    until: Flags.string({ description: 'end at', helpValue: 'WHEN', exclusive: ['follow'] }),
    follow: Flags.boolean({ char: 'f', description: 'go on with new lines until Ctrl-C' }),
    filter: Flags.string({ description: 'only lines that hold this text', helpValue: 'TEXT' }),
    level: Flags.option({ options: LOG_LEVELS, description: 'only this level and graver ones' })(),
    source: Flags.option({
      options: LOG_SOURCES,
      description:
        'whose log, on AWS: the service, the function for new files, the keeper, or the access log of the API',
      default: 'service' as const,
    })(),
    request: Flags.string({ description: 'only lines of this request', helpValue: 'ID' }),
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

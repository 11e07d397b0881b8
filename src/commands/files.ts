import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { formatBytes } from '../render/bytes.ts';
import type { FilesPage } from '../targets/target.ts';

/** Most keys that one request can ask for, S3's own limit. */
const PAGE = 1000;

export default class Files extends BaseCommand<typeof Files> {
  static override summary = 'List the files in the bucket.';
  static override description =
    'Prints one key a line, in the order of S3 (UTF-8 bytes). On a terminal, control characters in keys are shown as escapes; use --json for exact keys.';
  static override examples = [
    '<%= config.bin %> files --local',
    '<%= config.bin %> files reports/ --long --local',
    '<%= config.bin %> files --all --json --local',
  ];
  static override args = {
    prefix: Args.string({ description: 'list only keys that begin with this' }),
  };
  static override flags = {
    limit: Flags.integer({
      description: 'files to list at most',
      helpValue: 'NUMBER',
      default: 100,
      min: 1,
      exclusive: ['all'],
    }),
    all: Flags.boolean({ description: 'list every file' }),
    long: Flags.boolean({ char: 'l', description: 'also show size and last change' }),
  };

  protected async execute(): Promise<object> {
    const { io, signal } = this.context;
    const target = await this.openTarget();
    const { prefix = '' } = this.args;
    const most = this.flags.all ? Number.POSITIVE_INFINITY : this.flags.limit;
    const files: FilesPage['files'] = [];
    let count = 0;
    let cursor: string | undefined;
    do {
      const limit = Math.min(PAGE, most - count);
      const page = await target.files({ prefix, limit, ...(cursor === undefined ? {} : { cursor }) }, signal);
      count += page.files.length;
      cursor = page.next_cursor;
      if (this.json) files.push(...page.files);
      else for (const file of page.files) io.out(this.line(file));
    } while (cursor !== undefined && count < most);

    if (count === 0)
      io.note(
        prefix === '' ? `No files in ${target.describe()}.` : `No files begin with ${io.show(prefix)}.`,
      );
    else if (cursor !== undefined)
      io.note(`There are more: --all lists every file, --limit N a number of them.`);
    return cursor === undefined ? { files } : { files, next_cursor: cursor };
  }

  private line({ key, size, last_modified }: FilesPage['files'][number]): string {
    const { io } = this.context;
    if (!this.flags.long) return io.show(key);
    const time = last_modified.slice(0, 19).replace('T', ' ');
    return `${io.outStyle.dim(`${formatBytes(size).padStart(9)}  ${time}`)}  ${io.show(key)}`;
  }
}

import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base-command.ts';
import { EXIT } from '../errors.ts';
import { formatBytes } from '../render/bytes.ts';
import { hiding } from '../shared-flags.ts';
import { planUpload } from '../upload/plan.ts';
import { type UploadOutcome, uploadAll } from '../upload/upload-all.ts';

export default class Upload extends BaseCommand<typeof Upload> {
  static override baseFlags = hiding('endpoint');
  static override summary = 'Upload files to the bucket.';
  static override description =
    'A file\'s key is its name. Files in a folder keep their path, beginning with the folder\'s name; those of a quoted glob keep their path below its fixed part; "-" is standard input and needs --key. Hidden files and links in folders are left out. An upload is whole or not there at all, and its checksum is compared.';
  static override examples = [
    '<%= config.bin %> upload report.txt --local',
    '<%= config.bin %> upload notes --prefix team/ --local',
    "<%= config.bin %> upload 'logs/**/*.log' --local",
    'date | <%= config.bin %> upload - --key now.txt --local',
  ];
  static override strict = false;
  static override args = {
    files: Args.string({ description: 'files, folders, globs or "-"', required: true }),
  };
  static override flags = {
    prefix: Flags.string({ description: 'put this before every key', helpValue: 'PREFIX' }),
    key: Flags.string({ description: 'key of the file, where only one is uploaded', helpValue: 'KEY' }),
    concurrency: Flags.integer({
      description: 'files at a time; fewer of large ones',
      default: 16,
      helpValue: 'NUMBER',
      min: 1,
      max: 64,
    }),
    'no-clobber': Flags.boolean({ description: 'skip keys that exist already' }),
  };

  protected async execute(): Promise<object> {
    const { io, signal, cwd } = this.context;
    const { prefix = '', key, concurrency } = this.flags;
    const files = await planUpload(this.words, {
      cwd,
      stdin: io.stdin,
      prefix,
      ...(key === undefined ? {} : { key }),
    });
    const target = await this.openTarget();
    io.note(`Using ${target.describe()}.`);
    const results = await uploadAll(target, files, {
      io,
      signal,
      concurrency,
      noClobber: this.flags['no-clobber'],
    });
    const [only] = results;
    // The one thing that was asked for: its failure is the command's.
    if (results.length === 1 && only?.status === 'failed') throw only.cause;
    const count = (status: UploadOutcome['status']) =>
      results.filter((result) => result.status === status).length;
    if (count('failed') > 0) this.exitCode = EXIT.failed;
    if (!this.json) this.print(results, count);
    return {
      uploaded: count('uploaded'),
      skipped: count('skipped'),
      failed: count('failed'),
      results: results.map((result) =>
        result.status === 'failed' ? { key: result.key, ...result.failure.json } : result,
      ),
    };
  }

  private print(results: UploadOutcome[], count: (status: UploadOutcome['status']) => number): void {
    const { io } = this.context;
    const suggestions = new Set<string>();
    let bytes = 0;
    for (const result of results) {
      if (result.status === 'uploaded') {
        bytes += result.size;
        io.out(io.show(result.key));
      } else if (result.status === 'skipped') io.note(`Skipped, it exists already: ${io.show(result.key)}`);
      else {
        io.stderr.write(`${io.errStyle.red('Error:')} ${io.show(result.failure.message)}\n`);
        for (const suggestion of result.failure.suggestions) suggestions.add(suggestion);
      }
    }
    // Often the same for all.
    for (const suggestion of suggestions) io.stderr.write(`  ${io.errStyle.cyan('→')} ${suggestion}\n`);
    if (results.length === 0) io.note('Nothing to upload: the folders hold no files.');
    else io.note(`Uploaded ${count('uploaded')} of ${results.length} (${formatBytes(bytes)}).`);
  }
}

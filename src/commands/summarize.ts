import { stat } from 'node:fs/promises';
import { Args, Flags } from '@oclif/core';
import { SUMMARY_BOUNDS, SUMMARY_STYLES } from '../../server/names.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { describeFailure } from '../failure.ts';
import { renderError } from '../render/error.ts';
import { withProgress } from '../render/progress.ts';
import { summaryPrinter } from '../render/summary.ts';
import { targetWords } from '../settings/target-words.ts';
import type { SummarizeResult, Target } from '../targets/target.ts';
import { planUpload } from '../upload/plan.ts';
import { uploadAll } from '../upload/upload-all.ts';

export default class Summarize extends BaseCommand<typeof Summarize> {
  static override summary = 'Summarize files in the bucket.';
  static override description =
    'The summary goes to stdout, everything else to stderr. With several keys each summary stands below its key, and one that fails does not stop the others (exit 1).';
  static override examples = [
    '<%= config.bin %> summarize report.txt --local',
    '<%= config.bin %> summarize examples/the-ferry-that-would-not-stop.md --upload --local',
    '<%= config.bin %> summarize notes.md --style bullets --max-words 80 --focus "open questions" --local',
  ];
  static override strict = false;
  static override args = {
    key: Args.string({ description: 'key of a file in the bucket; several may be given', required: true }),
  };
  static override flags = {
    upload: Flags.boolean({ description: 'the arguments are local files: upload them first' }),
    style: Flags.string({ description: 'form of the summary', options: SUMMARY_STYLES }),
    'max-words': Flags.integer({
      description: 'words of the summary at most',
      helpValue: 'NUMBER',
      min: SUMMARY_BOUNDS.minWords,
      max: SUMMARY_BOUNDS.maxWords,
    }),
    focus: Flags.string({
      description: 'what matters to you: passages about it weigh more',
      helpValue: 'TEXT',
    }),
    model: Flags.string({
      description: 'model to use, one of those that the service allows',
      helpValue: 'ID',
    }),
    refresh: Flags.boolean({ description: 'write a new summary even if there is a cached one' }),
  };

  protected async execute(): Promise<object> {
    const { focusLength } = SUMMARY_BOUNDS;
    if ((this.flags.focus?.length ?? 0) > focusLength) {
      throw usageError(`--focus has more than ${focusLength} characters`);
    }
    if (this.words.includes('')) throw usageError('the key of the file is empty');
    const target = await this.openTarget();
    const { io } = this.context;
    if (target.kind === 'local') io.note(`Using ${target.describe()}.`);
    const keys = this.flags.upload ? await this.uploadFirst(target) : this.words;
    if (keys.length === 1) return this.summarizeOne(target, keys[0]!, false);

    const results: object[] = [];
    for (const key of keys) {
      try {
        results.push(await this.summarizeOne(target, key, true));
      } catch (error) {
        const failure = describeFailure(error);
        if (failure.exitCode === EXIT.interrupted || failure.stack !== undefined) throw error;
        this.exitCode = EXIT.failed;
        if (!this.json) {
          const message = namedIn(failure.message, key);
          io.stderr.write(renderError({ ...failure, message }, io.errStyle));
        }
        results.push({ file_key: key, ...failure.json });
      }
    }
    return { results };
  }

  private async summarizeOne(target: Target, key: string, several: boolean): Promise<SummarizeResult> {
    const { io, signal } = this.context;
    const { style, focus, model, refresh } = this.flags;
    const maxWords = this.flags['max-words'];
    const printer = summaryPrinter(io, several ? key : undefined);
    const result = await withProgress(io, `Summarizing ${io.show(key)}`, (display) =>
      target.summarize(
        {
          key,
          ...(style === undefined ? {} : { style }),
          ...(maxWords === undefined ? {} : { maxWords }),
          ...(focus === undefined ? {} : { focus }),
          ...(model === undefined ? {} : { model }),
          ...(refresh ? { refresh } : {}),
        },
        {
          signal,
          onProgress: ({ characters, size }) => display.report({ done: characters, total: size }),
          ...(io.stdout.isTTY && !this.json
            ? { onDelta: (text: string) => void display.stop().then(() => printer.delta(text)) }
            : {}),
        },
      ),
    ).catch((error) => this.suggestUpload(error, key));
    if (!this.json) printer.finish(result);
    return result;
  }

  private async uploadFirst(target: Target): Promise<string[]> {
    const files = await planUpload(this.words, { cwd: this.context.cwd, stdin: this.context.io.stdin });
    if (files.length === 0) throw usageError('there is nothing to upload: the folders hold no files');
    const results = await uploadAll(target, files, {
      io: this.context.io,
      signal: this.context.signal,
      concurrency: 4,
      noClobber: false,
    });
    const broken = results.find((result) => result.status === 'failed');
    if (broken?.status === 'failed') throw broken.cause;
    return results.map((result) => result.key);
  }

  /** A key that is no file in the bucket: it may be one on this disk, which was meant for --upload. */
  private async suggestUpload(error: unknown, key: string): Promise<never> {
    const isFile = await stat(key).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!(error instanceof CliError) || error.code !== 'not_found') throw error;
    const suggestions = [
      isFile
        ? `${key} is a file on this machine: add --upload to upload it first`
        : `keys in the bucket: mcp-s3 files${targetWords(this.settings)}`,
      ...error.suggestions,
    ];
    throw new CliError(error.exitCode, error.code, error.message, { suggestions });
  }
}

/** A message that says of which of several keys it is. */
function namedIn(message: string, key: string): string {
  return message.includes(key) ? message : `${key}: ${message}`;
}

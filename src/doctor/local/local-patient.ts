import { statfs } from 'node:fs/promises';
import { shellWord } from '../../aws/aws-error.ts';
import type { CliContext } from '../../context.ts';
import type { Settings } from '../../settings/settings.ts';
import { knownLocalBucket, type LocalBucket } from '../../targets/local/local-bucket.ts';
import { LocalKeys } from '../../targets/local/local-keys.ts';
import { DevNote, type RunningDev } from '../../targets/local/running-dev.ts';

/** What the diagnoses of this machine look at. Nothing is made by looking. */
export class LocalPatient {
  readonly settings: Settings;
  readonly context: CliContext;

  constructor(settings: Settings, context: CliContext) {
    this.settings = settings;
    this.context = context;
  }

  /** Flags that lead a command of ours to this bucket. */
  get place(): string {
    const { stage, folder } = this.settings;
    const at = stage === 'dev' ? '' : ` --stage ${stage}`;
    return `--local${at}${folder === undefined ? '' : ` --folder ${shellWord(folder)}`}`;
  }

  bucket(): Promise<LocalBucket> {
    return knownLocalBucket(this.context.env, this.settings.stage, this.settings.folder);
  }

  async dev(): Promise<RunningDev | undefined> {
    return new DevNote((await this.bucket()).state).running();
  }

  /** Values of keys that are let in; undefined where none was made yet. */
  async keys(): Promise<string[] | undefined> {
    const { now } = this.context;
    const found = await new LocalKeys((await this.bucket()).state, now).file.read();
    return found?.keys.flatMap(({ value, previous }) =>
      previous !== undefined && Date.parse(previous.until) > now() ? [value, previous.value] : [value],
    );
  }

  /** Bytes that are free where the folder is; undefined where that cannot be told. */
  async freeBytes(folder: string): Promise<number | undefined> {
    const facts = await statfs(folder).catch(() => undefined);
    return facts && facts.bavail * facts.bsize;
  }
}

import { setMaxListeners } from 'node:events';
import { Command, Errors, type Interfaces } from '@oclif/core';
import type { CliContext } from './context.ts';
import { EXIT, type ExitCode, InterruptedError, usageError } from './errors.ts';
import { describeFailure } from './failure.ts';
import { createIo } from './io.ts';
import { renderError } from './render/error.ts';
import { withDotenv } from './settings/dotenv.ts';
import { resolveSettings, type Settings, type TargetFlags } from './settings/settings.ts';
import { SHARED_FLAGS } from './shared-flags.ts';
import { openTarget } from './targets/open.ts';
import type { Target } from './targets/target.ts';

type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<
  (typeof BaseCommand)['baseFlags'] & T['flags']
>;
type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>;

/**
 * What every command shares: parsing, the context, the target, `--json`, and one place where failures become
 * words and exit codes. A command says what to do in `execute` and returns the object that `--json` prints.
 */
export abstract class BaseCommand<T extends typeof Command> extends Command {
  static override baseFlags = SHARED_FLAGS;

  /** A command that runs until it is told to stop: Ctrl-C is its normal end (exit 0). */
  protected readonly untilStopped: boolean = false;

  protected flags!: FlagsOf<T>;
  protected args!: ArgsOf<T>;
  /** All positional arguments, for commands that take several. */
  protected words: string[] = [];
  protected context!: CliContext;
  protected settings!: Settings;
  /** Set to end with another code although a result is printed (one of several keys failed). */
  protected exitCode: ExitCode = EXIT.ok;

  private target: Target | undefined;
  private readonly interruption = new AbortController();

  /** Does the work. The returned object is what `--json` prints; undefined where the command printed its own. */
  protected abstract execute(): Promise<object | undefined>;

  async run(): Promise<void> {
    const stop = () => this.interrupted();
    // Every request that is under way listens to it.
    setMaxListeners(0, this.interruption.signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    try {
      await this.prepare();
      const result = await this.execute();
      if (this.json && result !== undefined) this.context.io.out(JSON.stringify(result, null, 2));
    } finally {
      await this.target?.close();
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
    process.exitCode = this.exitCode;
  }

  /** The target that flags, environment and files choose. Opened once, closed when the command ends. */
  protected async openTarget(): Promise<Target> {
    this.target ??= await openTarget(this.settings, this.context);
    return this.target;
  }

  /** The flags that choose the target; a command that only means something locally says so here. */
  protected targetFlags(): TargetFlags {
    return this.flags;
  }

  /** True also before flags are parsed, so that a wrong flag is reported as JSON too. */
  protected get json(): boolean {
    const end = this.argv.indexOf('--');
    return (end < 0 ? this.argv : this.argv.slice(0, end)).includes('--json');
  }

  override async catch(error: unknown): Promise<never> {
    const failure = describeFailure(error, this);
    if (this.untilStopped && failure.exitCode === EXIT.interrupted) throw new Errors.ExitError(EXIT.ok);
    const { stdout, stderr } = process;
    if (this.json) stdout.write(`${JSON.stringify(failure.json, null, 2)}\n`);
    else
      stderr.write(
        renderError(
          failure,
          createIo({ stdin: process.stdin, stdout, stderr, env: process.env, json: false }).errStyle,
        ),
      );
    throw new Errors.ExitError(failure.exitCode);
  }

  private async prepare(): Promise<void> {
    const ctor = this.ctor as typeof BaseCommand;
    const { flags, args, argv } = await this.parse({
      flags: ctor.flags,
      baseFlags: BaseCommand.baseFlags,
      args: ctor.args,
      strict: ctor.strict,
    });
    refuseEmpty(flags);
    this.flags = flags as FlagsOf<T>;
    this.args = args as ArgsOf<T>;
    this.words = argv as string[];
    const { stdin, stdout, stderr } = process;
    const cwd = process.cwd();
    const env = await withDotenv(process.env, cwd);
    // The AWS SDK reads the process's own environment, where an empty AWS_REGION would hide that of the profile.
    for (const [name, value] of Object.entries(env)) {
      if (!name.startsWith('AWS_')) continue;
      if (value) process.env[name] = value;
      else delete process.env[name];
    }
    this.context = {
      io: createIo({ stdin, stdout, stderr, env, json: this.json }),
      env,
      cwd,
      version: this.config.version,
      now: Date.now,
      signal: this.interruption.signal,
    };
    this.settings = await resolveSettings(this.targetFlags(), env, cwd);
  }

  /** The first Ctrl-C ends the work cleanly, the second one at once. */
  private interrupted(): void {
    if (this.interruption.signal.aborted) process.exit(this.untilStopped ? EXIT.ok : EXIT.interrupted);
    this.interruption.abort(new InterruptedError());
  }
}

/** Flags that name something: empty, they would mean the working folder, the default or nothing at all. */
const NAMING = ['stage', 'folder', 'endpoint', 'profile', 'region', 'bucket', 'model'];

function refuseEmpty(flags: Record<string, unknown>): void {
  const empty = NAMING.find((name) => flags[name] === '');
  if (empty !== undefined) throw usageError(`--${empty} is empty`);
}

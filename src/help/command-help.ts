import { type Command, CommandHelp, type HelpSection } from '@oclif/core';
import { LAST_GROUPS } from './groups.ts';

type Flags = Command.Flag.Any[];

/**
 * The help of one command: what it does, how to call it, its own flags by group, examples to copy, and last the flags
 * that every command has.
 */
export class TaskHelp extends CommandHelp {
  protected override defaultUsage(): string {
    const { id, args, strict } = this.command;
    const words = Object.values(args).map(({ name, required }) => {
      const word = `${name.toUpperCase()}${strict === false ? '...' : ''}`;
      return required ? word : `[${word}]`;
    });
    return [id, ...words, '[FLAGS]'].join(' ');
  }

  protected override sections(): ReturnType<CommandHelp['sections']> {
    return [
      { header: 'USAGE', generate: () => this.usage() },
      { header: 'ARGUMENTS', generate: ({ args }, header) => [{ header, body: this.args(args) }] },
      { header: 'FLAGS', generate: ({ flags }, header) => this.ownFlags(flags, header) },
      { header: 'EXAMPLES', generate: ({ cmd }) => this.examples(cmd.examples) },
      { header: 'SHARED', generate: ({ flags }) => this.sharedFlags(flags) },
    ];
  }

  /** Without the empty lines between them: they are there to be looked over and copied. */
  protected override examples(examples: Command.Example[] | undefined): string | undefined {
    const lines = (examples ?? []).map(
      (one) => `$ ${this.render(typeof one === 'string' ? one : one.command)}`,
    );
    return lines.length === 0 ? undefined : lines.join('\n');
  }

  /** A value that is one of few stands in the sentence, and a default after it. */
  protected override flags(flags: Flags): [string, string | undefined][] | undefined {
    if (flags.length === 0) return undefined;
    return flags.map((flag) => {
      const name = `--${flag.type === 'boolean' && flag.allowNo ? '[no-]' : ''}${flag.name}`;
      const short = flag.char === undefined ? '' : `, -${flag.char}`;
      return [`${name}${short}${valueName(flag)}`, described(flag)];
    });
  }

  protected override args(args: Command.Arg.Any[]): [string, string | undefined][] | undefined {
    if (args.length === 0) return undefined;
    return args.map((arg) => [
      `${arg.name.toUpperCase()}${this.command.strict === false ? '...' : ''}`,
      described(arg),
    ]);
  }

  private ownFlags(all: Flags, header: string): HelpSection[] {
    const { mainFlags, flagGroups } = this.groupFlags(all);
    const groups = Object.entries(flagGroups).filter(([name]) => !(name in LAST_GROUPS));
    return [
      ...(mainFlags.length > 0 ? [{ header, body: this.flags(mainFlags) }] : []),
      ...groups.map(([name, flags]) => ({ header: name, body: this.flags(flags) })),
    ];
  }

  private sharedFlags(all: Flags): HelpSection[] {
    const { flagGroups } = this.groupFlags(all);
    return Object.entries(LAST_GROUPS)
      .filter(([name]) => flagGroups[name] !== undefined)
      .map(([name, header]) => ({ header, body: this.flags(flagGroups[name]!) }));
  }
}

function valueName(flag: Command.Flag.Any): string {
  return flag.type === 'option' ? ` ${flag.helpValue ?? 'WORD'}` : '';
}

/** The choices and the default where the sentence does not name them already. */
function described(one: Command.Flag.Any | Command.Arg.Any): string | undefined {
  const { description = '' } = one;
  const options = 'options' in one && one.options ? `: ${one.options.join(', ')}` : '';
  const byDefault = 'default' in one && typeof one.default !== 'boolean' ? one.default : undefined;
  const named = / \(default: [^)]*\)$/.exec(description)?.[0] ?? '';
  const text = description.slice(0, description.length - named.length);
  return `${text}${options}${byDefault === undefined ? named : ` (default: ${String(byDefault)})`}`.trim();
}

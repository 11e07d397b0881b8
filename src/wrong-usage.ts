import type { Command, Errors } from '@oclif/core';
import { type CliError, usageError } from './errors.ts';
import { nearest } from './nearest.ts';

interface Given {
  /** Names of flags, or words that are too many, or arguments that are missing: as the error's class has it. */
  flags?: unknown;
  args?: unknown;
}

/** What oclif says of a wrong value, and how the other errors would say it. */
const SENTENCES: [RegExp, (...parts: string[]) => string][] = [
  [
    /^Parsing (--\S+)\s+Expected an integer greater than or equal to (\S+) but received: (.*)$/,
    (flag, least, value) => `${flag} ${value} is too small: it is at least ${least}`,
  ],
  [
    /^Parsing (--\S+)\s+Expected an integer less than or equal to (\S+) but received: (.*)$/,
    (flag, most, value) => `${flag} ${value} is too large: it is at most ${most}`,
  ],
  [
    /^Parsing (--\S+)\s+Expected an integer but received: (.*)$/,
    (flag, value) => `${flag} ${JSON.stringify(value)} is no whole number`,
  ],
  [
    /^Expected (--\S+)=(.*) to be one of: (.*)$/,
    (flag, value, choices) => `${flag} ${JSON.stringify(value)} is unknown: choose ${either(choices)}`,
  ],
  [
    /^Expected (.*) to be one of: (.*)$/,
    (value, choices) => `${JSON.stringify(value)} is unknown: choose ${either(choices)}`,
  ],
  [
    /^(--[^=\s]+)=.* cannot also be provided when using (--\S+)/,
    (first, second) => `${first} and ${second} do not go together: give one of them`,
  ],
  [
    /^All of the following must be provided when using (--\S+): (--\S+)/,
    (flag, other) => `${flag} needs ${other} too`,
  ],
  [
    /^Flag (--\S+) expects one of these values: (.*)$/,
    (flag, choices) => `${flag} needs a value: choose ${either(choices)}`,
  ],
  [/^Flag (--\S+) expects a value$/, (flag) => `${flag} needs a value`],
  [/^Flag (--\S+) can only be specified once$/, (flag) => `${flag} is given more than once`],
];

/** A complaint of oclif's about the command line as a usage error (exit 2): what is wrong, and what would be right. */
export function wrongUsage(error: Errors.CLIError, command?: Command): CliError {
  const name = command?.id?.replaceAll(':', ' ');
  const help = [
    name === undefined ? 'all commands: mcp-s3 --help' : `flags and examples: mcp-s3 ${name} --help`,
  ];
  const message = error.message
    .replace(/\x1b\[\d+m/g, '')
    .replace(/\n+See more help with --help$/, '')
    .replace(/^The following errors? occurred:/, '')
    .trim();
  const { flags, args } = error as Given;
  if (Array.isArray(flags) && command !== undefined && message.startsWith('Nonexistent flag'))
    return unknownFlags(flags, command, help);
  if (Array.isArray(args) && message.startsWith('Missing '))
    return usageError(`${name} needs ${args.map(missingArgument).join(', and ')}`, help);
  if (Array.isArray(args) && message.startsWith('Unexpected argument'))
    return usageError(`too many arguments: ${args.map((word) => JSON.stringify(word)).join(', ')}`, help);
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(message);
    if (found) return usageError(sentence(...found.slice(1)), help);
  }
  return usageError(message.replace(/\s+/g, ' '), help);
}

function unknownFlags(flags: string[], command: Command, help: string[]): CliError {
  const known = knownFlags(command);
  const meant = flags
    .map((wrong) => nearest(String(wrong).split('=')[0]!, known))
    .filter((name) => name !== undefined);
  return usageError(`unknown flag ${flags.join(', ')}`, [
    ...meant.map((name) => `did you mean ${name}?`),
    ...help,
  ]);
}

function missingArgument({ name, description }: { name: string; description?: string }): string {
  return `${name.toUpperCase()}${description === undefined ? '' : ` (${description})`}`;
}

/** `a, b, c` as `a, b or c`. */
function either(list: string): string {
  return list.replace(/, ([^,]*)$/, ' or $1');
}

function knownFlags(command: Command): string[] {
  const { flags, baseFlags } = command.constructor as unknown as {
    flags: Record<string, unknown>;
    baseFlags: Record<string, unknown>;
  };
  return Object.keys({ ...baseFlags, ...flags, help: true }).map((name) => `--${name}`);
}

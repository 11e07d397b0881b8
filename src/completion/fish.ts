import { type CommandWords, type FlagWord, firstWords } from './grammar.ts';

/** A script for fish, to lie in its folder of completions as mcp-s3.fish. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = firstWords(commands).flatMap(({ word, description, second }) => [
    line('__fish_use_subcommand', `-a ${word} -d ${quoted(description)}`),
    ...second.map(({ words, description: text }) =>
      line(
        `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${second.map((one) => one.words[1]).join(' ')}`,
        `-a ${words[1]} -d ${quoted(text)}`,
      ),
    ),
  ]);
  const flags = commands.flatMap(({ words, flags: all, argument }) => {
    const condition = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return [
      ...argument.map((word) => line(condition, `-a ${word}`)),
      ...all.flatMap((flag) => flagLines(condition, flag)),
    ];
  });
  return [
    '# Completion of mcp-s3 for fish. Made by: mcp-s3 completion fish',
    ...lines.map((text) => `${text} -f`),
    ...flags,
    '',
  ].join('\n');
}

function flagLines(condition: string, { name, char, description, value, negatable }: FlagWord): string[] {
  const short = char === undefined ? '' : ` -s ${char}`;
  const takes =
    value === undefined ? '' : value.words.length > 0 ? ` -x -a ${quoted(value.words.join(' '))}` : ' -r';
  const text = `-d ${quoted(description)}`;
  return [
    line(condition, `-l ${name}${short}${takes} ${text}`),
    ...(negatable ? [line(condition, `-l no-${name} ${text}`)] : []),
  ];
}

function line(condition: string, rest: string): string {
  return `complete -c mcp-s3 -n ${quoted(condition)} ${rest}`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

import { type CommandWords, type FlagWord, firstWords } from './grammar.ts';

/** A script for bash 3.2 or later, which is what macOS has. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const first = firstWords(commands);
  return `# Completion of mcp-s3 for bash. Made by: mcp-s3 completion bash
_mcp_s3() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" values=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted(first.map(({ word }) => word))}
  else
    local command="\${COMP_WORDS[1]}"
    if [ "$COMP_CWORD" -eq 2 ]; then
      case "$command" in
${first
  .filter(({ second }) => second.length > 0)
  .map(({ word, second }) => `        ${word}) words=${quoted(second.map(({ words }) => words[1]!))} ;;`)
  .join('\n')}
      esac
    fi
    case "$command \${COMP_WORDS[2]}" in
${commands
  .filter(({ words }) => words.length > 1)
  .map(({ words }) => `      ${quoted([words.join(' ')])}) command=${quoted([words.join(' ')])} ;;`)
  .join('\n')}
    esac
    case "$command" in
${commands.map(oneCommand).join('\n')}
    esac
    if [ -n "$values" ]; then words="$values"; fi
  fi
  # shellcheck disable=SC2207
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _mcp_s3 mcp-s3
`;
}

function oneCommand({ words, flags, argument }: CommandWords): string {
  const withValues = flags.filter(({ value }) => value !== undefined);
  const values = withValues.map(
    (flag) =>
      `          ${spellings(flag).join('|')}) ${flag.value!.words.length > 0 ? `values=${quoted(flag.value!.words)}` : 'COMPREPLY=(); return'} ;;`,
  );
  return [
    `      ${quoted([words.join(' ')])})`,
    `        words="$words ${[...argument, ...flags.flatMap(longNames)].join(' ')}"`,
    ...(values.length === 0 ? [] : ['        case "$previous" in', ...values, '        esac']),
    '        ;;',
  ].join('\n');
}

function spellings({ name, char }: FlagWord): string[] {
  return [`--${name}`, ...(char === undefined ? [] : [`-${char}`])];
}

function longNames({ name, negatable }: FlagWord): string[] {
  return [`--${name}`, ...(negatable ? [`--no-${name}`] : [])];
}

/** Words of our own grammar, which hold no quotes. */
function quoted(words: string[]): string {
  return `'${words.join(' ')}'`;
}

import { type CommandWords, type FlagWord, firstWords } from './grammar.ts';

/** A script for zsh, to be read by it or to lie in a folder of its fpath as _mcp-s3. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const first = firstWords(commands);
  const second = first.filter((each) => each.second.length > 0);
  return `#compdef mcp-s3
# Completion of mcp-s3 for zsh. Made by: mcp-s3 completion zsh
_mcp_s3() {
  local -a choices
  if (( CURRENT == 2 )); then
    choices=(
${first.map(({ word, description }) => `      ${described(word, description)}`).join('\n')}
    )
    _describe command choices
    return
  fi
  local command="$words[2]"
  case "$command $words[3]" in
${commands
  .filter(({ words }) => words.length > 1)
  .map(({ words }) => `    ${quoted(words.join(' '))}) command=${quoted(words.join(' '))} ;;`)
  .join('\n')}
  esac
  if (( CURRENT == 3 )); then
    case "$command" in
${second
  .map(
    ({ word, second: seconds }) =>
      `      ${word}) choices=(${seconds.map(({ words, description }) => described(words[1]!, description)).join(' ')}); _describe command choices ;;`,
  )
  .join('\n')}
    esac
  fi
  case "$command" in
${commands.map(oneCommand).join('\n')}
  esac
}
if [ "$funcstack[1]" = _mcp-s3 ]; then _mcp_s3 "$@"; else compdef _mcp_s3 mcp-s3; fi
`;
}

function oneCommand({ words, flags, argument }: CommandWords): string {
  const specs = flags.flatMap(flagSpecs);
  const rest = argument.length > 0 ? `'*:argument:(${argument.join(' ')})'` : "'*:file:_files'";
  return `    ${quoted(words.join(' '))}) _arguments ${[...specs, rest].join(' ')} ;;`;
}

function flagSpecs({ name, char, description, value, negatable, multiple }: FlagWord): string[] {
  const text = description.replace(/[[\]\\:]/g, '\\$&');
  const after =
    value === undefined ? '' : `:${value.name}:${value.words.length > 0 ? `(${value.words.join(' ')})` : ''}`;
  const spec = (word: string) => quoted(`${multiple ? '*' : ''}${word}[${text}]${after}`);
  return [
    spec(`--${name}`),
    ...(char === undefined ? [] : [spec(`-${char}`)]),
    ...(negatable ? [spec(`--no-${name}`)] : []),
  ];
}

function described(word: string, description: string): string {
  return quoted(`${word}:${description.replace(/[:\\]/g, '\\$&')}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

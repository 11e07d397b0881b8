const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text that is safe on a terminal: control and invisible format characters (escape sequences, newlines, bidi
 * overrides) become `\x1b`, `\n`, `\u{202e}`. Zero-width joiners stay, emoji are made with them.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => {
    if (character === '\u200d') return character;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    const code = character.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** As {@link printable}, for text of several lines: newlines and tabs stay. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

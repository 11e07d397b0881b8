import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Lines of a text broken at words, each with the indent before it. Not broken where `width` is Infinity. */
export function wrapIndented(text: string, width: number, indent = ''): string[] {
  if (!Number.isFinite(width)) return [indent + text];
  const room = Math.max(10, width - indent.length);
  return wrapAnsi(text, room, { hard: true })
    .split('\n')
    .map((line) => indent + line);
}

/** As it is where it fits; otherwise broken at words, with the indent before all lines but the first. */
export function wrapHanging(text: string, width: number, indent: string): string[] {
  if (stringWidth(text) <= width) return [text];
  return wrapIndented(text, width - indent.length).map((line, index) => (index === 0 ? line : indent + line));
}

import wrapAnsi from 'wrap-ansi';

/** Lines of a text broken at words, each with the indent before it. Not broken where `width` is Infinity. */
export function wrapIndented(text: string, width: number, indent = ''): string[] {
  if (!Number.isFinite(width)) return [indent + text];
  const room = Math.max(10, width - indent.length);
  return wrapAnsi(text, room, { hard: true })
    .split('\n')
    .map((line) => indent + line);
}

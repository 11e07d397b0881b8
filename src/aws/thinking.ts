const OPEN = '<thinking>';
const CLOSE = '</thinking>';

/**
 * Leaves out what a model thinks aloud at the start of a reply: Nova 1 writes `<thinking>…</thinking>` into its text
 * when it may call tools. Works on pieces; a block that is never closed was no thought and is given back at the end.
 */
export function textAfterThinking() {
  let held: string | undefined = '';
  let skipSpace = false;
  const pass = (text: string): string => {
    if (!skipSpace) return text;
    const rest = text.trimStart();
    if (rest !== '') skipSpace = false;
    return rest;
  };
  return {
    add(piece: string): string {
      if (held === undefined) return pass(piece);
      held += piece;
      const start = held.trimStart();
      if (OPEN.startsWith(start)) return '';
      if (!start.startsWith(OPEN)) return this.end();
      const close = start.indexOf(CLOSE);
      if (close < 0) return '';
      held = undefined;
      skipSpace = true;
      return pass(start.slice(close + CLOSE.length));
    },
    end(): string {
      const rest = held ?? '';
      held = undefined;
      return rest;
    },
  };
}

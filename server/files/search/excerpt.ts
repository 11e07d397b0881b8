/** Longest text of a match, UTF-16 units. */
export const MOST_SHOWN = 400;
/** What is shown before the match in a line that is cut. */
const LEAD = 80;

/**
 * The part of a line that shows a match: all of it, or some around the match, cut at characters.
 * @param from where the excerpt may begin: behind the one before
 */
export function excerpt(
  text: string,
  match: { start: number; end: number },
  from: number,
): { start: number; end: number } {
  if (text.length <= MOST_SHOWN && from === 0) return { start: 0, end: text.length };
  let start = Math.max(from, match.start - LEAD);
  let end = Math.min(text.length, start + MOST_SHOWN);
  start = Math.max(from, Math.min(start, end - MOST_SHOWN));
  if (isInside(text, start)) start--;
  if (isInside(text, end)) end--;
  return { start, end };
}

/** The start of a line, as context. */
export function shortened(text: string): string {
  if (text.length <= MOST_SHOWN) return text;
  return text.slice(0, isInside(text, MOST_SHOWN) ? MOST_SHOWN - 1 : MOST_SHOWN);
}

/** Whether a cut would go through a character of two UTF-16 units. */
function isInside(text: string, at: number): boolean {
  return at > 0 && (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

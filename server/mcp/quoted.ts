/** Longest that a caller's text is repeated to it, UTF-16 units. */
const MOST = 200;

/** What a caller sent, for a message about it: as JSON, and cut where it is long. */
export function quoted(text: string): string {
  return text.length <= MOST ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, MOST))}…`;
}

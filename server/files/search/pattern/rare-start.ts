/** Characters by how often they occur in prose and code, the most frequent first; all others are rare. */
const FREQUENT = ' etaoinsrlhdcumpfgybwv\t-.,/_="\'()';
const SHORTEST = 3;

/**
 * The rest of a text from its rarest character on. A search for bytes jumps from one occurrence of the first to the
 * next, so that ` zebra` takes several times as long as `zebra`.
 */
export function rareStart(text: string): string {
  const chars = Array.from(text);
  let best = 0;
  for (let at = 1; at <= chars.length - SHORTEST; at++) {
    if (rarity(chars[at]!) > rarity(chars[best]!)) best = at;
  }
  return chars.slice(best).join('');
}

function rarity(char: string): number {
  const at = FREQUENT.indexOf(char);
  return at === -1 ? FREQUENT.length : at;
}

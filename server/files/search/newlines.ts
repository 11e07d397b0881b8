/** Counts line feeds from `from` to `to`, four bytes at a step: most of the time that line numbers cost goes here. */
export function countNewlines(bytes: Buffer, from: number, to: number): number {
  let found = 0;
  let at = from;
  while (at < to && (bytes.byteOffset + at) % 4 !== 0) if (bytes[at++] === 0x0a) found++;
  if (at >= to) return found;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (to - at) >> 2);
  for (let i = 0; i < words.length; i++) {
    const differs = words[i]! ^ 0x0a0a0a0a;
    // The top bit of each byte that is zero (Warren, Hacker's Delight, 6-1).
    const zeros = ~(((differs & 0x7f7f7f7f) + 0x7f7f7f7f) | differs | 0x7f7f7f7f);
    if (zeros === 0) continue;
    found += ((zeros >>> 7) & 1) + ((zeros >>> 15) & 1) + ((zeros >>> 23) & 1) + (zeros >>> 31);
  }
  at += words.length * 4;
  while (at < to) if (bytes[at++] === 0x0a) found++;
  return found;
}

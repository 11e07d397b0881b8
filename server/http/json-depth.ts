/**
 * Whether a parsed JSON value has arrays and objects within one another more than `most` levels deep. Recursive code
 * on the way, such as that of schema libraries, would overflow the stack on them.
 */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; ; depth++) {
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'object' && one !== null) for (const child of Object.values(one)) below.push(child);
    }
    if (below.length === 0) return false;
    if (depth === most) return true;
    level = below;
  }
}

const paths = new Map<string, string[]>();

/** What is at `path` (`LoadBalancers.0.ContainerName`) of a value; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  let keys = paths.get(path);
  if (keys === undefined) {
    keys = path.split('.');
    paths.set(path, keys);
  }
  let place = value;
  for (const key of keys) {
    if (typeof place !== 'object' || place === null) return undefined;
    place = (place as Record<string, unknown>)[key];
  }
  return place;
}

/** The list at `path`; one value that is no list counts as a list of one. */
export function listAt(value: unknown, path: string): unknown[] {
  const found = at(value, path);
  return found === undefined ? [] : [found].flat();
}

/** The text at `path`, also of a number or a truth value; empty where there is none. */
export function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  return typeof found === 'object' || found === undefined ? '' : String(found);
}

/** The number at `path`, also where it is written as text; NaN where there is none. */
export function numberAt(value: unknown, path: string): number {
  const text = textAt(value, path);
  return text === '' ? Number.NaN : Number(text);
}

/** Value of one entry of a list of `{Key, Value}` or `{Name, Value}`. */
export function entryOf(list: unknown[], key: string): string | undefined {
  const entry = list.find((each) => textAt(each, 'Key') === key || textAt(each, 'Name') === key);
  return entry === undefined ? undefined : textAt(entry, 'Value');
}

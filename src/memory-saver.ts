import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The flag below is known up to here; V8 grumbles on standard error about one that it does not know. */
const NEWEST_NODE = 26;

/**
 * For work on many large texts, one after the other: V8 takes those for old from their birth and lets a hundred
 * megabytes of them pile up before it looks for what is unused, and keeps as much again for young objects.
 * @returns to be called with each text; every `often` calls it takes some 10 ms and gives back what is unused
 */
export function memorySaver(often: number): () => void {
  const [major] = process.versions.node.split('.');
  if (Number(major) <= NEWEST_NODE) setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  let calls = 0;
  return () => {
    if (++calls % often === 0) collect();
  };
}

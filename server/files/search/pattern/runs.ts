import { count } from './char-set.ts';
import type { PatternNode } from './node.ts';

/** Bounds of what a backtracking engine may be given: it tries at most so many ways from one place. */
const MOST_PATHS = 32;
const MOST_CHARS = 48;
/** Copies of a repeated element that are worth looking for. */
const MOST_COPIES = 16;

/** Elements that stand side by side in whatever the pattern matches. */
export type Run = readonly PatternNode[];

/**
 * Takes a pattern apart at its unbounded repetitions: every match holds each of the runs, in this order. The first
 * and the last touch what stands beside the node, and may be empty.
 */
export function runsOf(node: PatternNode): Run[] {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return [[node]];
    case 'cat':
      return node.items.map(runsOf).reduce(join, [[]]);
    case 'alt': {
      const branches = node.branches.map(runsOf);
      if (branches.every((runs) => runs.length === 1)) {
        const items = branches.map(([run]): PatternNode => ({ kind: 'cat', items: run! }));
        return [[{ kind: 'alt', branches: items }]];
      }
      const best = branches.map(bestRun);
      if (best.some((run) => run === undefined)) return [[], []];
      return [[], [{ kind: 'alt', branches: best.map((run) => ({ kind: 'cat', items: run! })) }], []];
    }
    case 'repeat': {
      const inner = runsOf(node.item);
      if (node.max === 0) return [[]];
      if (inner.length > 1) return node.min === 0 ? [[], []] : [...inner, ...inner];
      const item: PatternNode = { kind: 'cat', items: inner[0]! };
      const bounded: PatternNode = { ...node, item };
      if (isBounded(bounded)) return [[bounded]];
      if (node.min === 0) return [[], []];
      const copies = Math.min(node.min, MOST_COPIES);
      const some: PatternNode = { kind: 'repeat', item, min: copies, max: copies };
      return isBounded(some) ? [[some], [some]] : [[], []];
    }
  }
}

function join(left: Run[], right: Run[]): Run[] {
  return [...left.slice(0, -1), [...left.at(-1)!, ...right[0]!], ...right.slice(1)];
}

/** The parts of a run that are cheap enough to look for. */
export function bounded(run: Run): Run[] {
  const parts: PatternNode[][] = [[]];
  for (const item of run) {
    const longer = [...parts.at(-1)!, item];
    if (isBounded({ kind: 'cat', items: longer })) parts[parts.length - 1] = longer;
    else parts.push(isBounded(item) ? [item] : []);
  }
  return parts.filter((part) => part.length > 0);
}

export function bestRun(runs: readonly Run[]): Run | undefined {
  let best: Run | undefined;
  let most = 0;
  for (const part of runs.flatMap(bounded)) {
    const bits = selectivity({ kind: 'cat', items: part });
    if (bits > most) [best, most] = [part, bits];
  }
  return best;
}

function isBounded(node: PatternNode): boolean {
  const { paths, chars } = cost(node);
  return paths <= MOST_PATHS && chars <= MOST_CHARS;
}

/** How many ways a backtracking engine may try from one place, and how far it then looks. */
function cost(node: PatternNode): { paths: number; chars: number } {
  switch (node.kind) {
    case 'char':
      return { paths: 1, chars: 1 };
    case 'assert':
      return { paths: 1, chars: 0 };
    case 'cat': {
      const costs = node.items.map(cost);
      return {
        paths: costs.reduce((product, { paths }) => product * paths, 1),
        chars: costs.reduce((sum, { chars }) => sum + chars, 0),
      };
    }
    case 'alt': {
      const costs = node.branches.map(cost);
      return {
        paths: costs.reduce((sum, { paths }) => sum + paths, 0),
        chars: Math.max(...costs.map(({ chars }) => chars)),
      };
    }
    case 'repeat': {
      if (node.max > MOST_CHARS) return { paths: Number.POSITIVE_INFINITY, chars: Number.POSITIVE_INFINITY };
      const { paths, chars } = cost(node.item);
      let sum = 0;
      for (let copies = node.min; copies <= node.max; copies++) sum += paths ** copies;
      return { paths: sum, chars: chars * node.max };
    }
  }
}

/** How rare a match is: bits that it tells of, if the printable characters were equally frequent. */
export function selectivity(node: PatternNode): number {
  switch (node.kind) {
    case 'char':
      return Math.max(0, Math.log2(95 / Math.max(1, count(node.set))));
    case 'assert':
      return 1;
    case 'cat':
      return node.items.reduce((sum, item) => sum + selectivity(item), 0);
    case 'alt':
      return Math.max(0, Math.min(...node.branches.map(selectivity)) - Math.log2(node.branches.length));
    case 'repeat':
      return node.min * selectivity(node.item);
  }
}

import { stemmer } from 'stemmer';

/** ROUGE F1 of one summary, 0 to 1 (Lin 2004), computed the way of Google's `rouge-score` with its stemmer on. */
export interface Rouge {
  rouge1: number;
  rouge2: number;
  rougeL: number;
}

const stems = new Map<string, string>();

/** Lower-case runs of a-z and 0-9; words of more than three letters are stemmed, as `rouge-score` does. */
export function rougeTokens(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => {
    if (word.length <= 3) return word;
    let stem = stems.get(word);
    if (stem === undefined) {
      stem = stemmer(word);
      stems.set(word, stem);
    }
    return stem;
  });
}

/** ROUGE of a summary against the reference that suits it best, for each measure on its own. */
export function rouge(summary: string, references: readonly string[]): Rouge {
  const candidate = rougeTokens(summary);
  const best: Rouge = { rouge1: 0, rouge2: 0, rougeL: 0 };
  for (const reference of references) {
    const target = rougeTokens(reference);
    best.rouge1 = Math.max(best.rouge1, ngramF1(candidate, target, 1));
    best.rouge2 = Math.max(best.rouge2, ngramF1(candidate, target, 2));
    best.rougeL = Math.max(
      best.rougeL,
      f1(longestCommon(candidate, target), candidate.length, target.length),
    );
  }
  return best;
}

function f1(matches: number, candidate: number, target: number): number {
  if (matches === 0) return 0;
  const precision = matches / candidate;
  const recall = matches / target;
  return (2 * precision * recall) / (precision + recall);
}

function ngramF1(candidate: readonly string[], target: readonly string[], n: number): number {
  const wanted = ngrams(target, n);
  let matches = 0;
  for (const [gram, count] of ngrams(candidate, n)) matches += Math.min(count, wanted.get(gram) ?? 0);
  return f1(matches, candidate.length - n + 1, target.length - n + 1);
}

function ngrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const gram = tokens.slice(i, i + n).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** Length of the longest common subsequence. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  for (const word of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      next[j] = word === b[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!);
    }
    row = next;
  }
  return row[b.length]!;
}

import { usageError } from '../../errors.ts';

/** One of a few words. @throws usage error (exit 2) */
export function readWord(value: unknown, name: string, words: readonly string[]): string {
  const text = String(value).trim();
  if (words.includes(text)) return text;
  throw usageError(`${name} ${JSON.stringify(value)} is none of ${words.join(', ')}`);
}

/** A list that was given as one text with commas, or as an array. Repetitions are dropped. */
export function readList(value: unknown): string[] {
  const items = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return [...new Set(items.map((item) => item.trim()).filter(Boolean))];
}

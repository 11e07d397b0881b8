import { MAIL_HEADER, speakerOf } from './line-patterns.ts';
import { isLogLine } from './log-line.ts';

export type Format = 'prose' | 'mail' | 'transcript' | 'log' | 'table' | 'json' | 'code' | 'html';

const BY_ENDING: Readonly<Record<string, Format>> = {
  csv: 'table',
  tsv: 'table',
  json: 'json',
  geojson: 'json',
  ipynb: 'json',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  xml: 'html',
  svg: 'html',
  eml: 'mail',
  mbox: 'mail',
  vtt: 'transcript',
  srt: 'transcript',
};
const CODE_ENDINGS = new Set(
  'js mjs cjs ts mts cts jsx tsx py rb go rs java kt kts c h cc cpp hpp cs swift php pl pm lua r scala sh bash zsh fish ps1 sql yaml yml toml ini cfg conf tf proto graphql css scss less vue svelte dart ex exs erl hs ml clj groovy gradle zig m mm jl vb asm s makefile dockerfile'.split(
    ' ',
  ),
);

/**
 * The format of a text, from its key's ending and its first lines.
 * @param delimiter of a table, see delimiterOf
 */
export function formatOf(key: string, sample: readonly string[]): { format: Format; delimiter: string } {
  const lines = sample.filter((line) => line.trim() !== '');
  const ending = /[^./]*$/.exec(key.toLowerCase())![0];
  const delimiter = delimiterOf(lines);
  const share = (test: (line: string) => boolean): number =>
    lines.length === 0 ? 0 : lines.filter(test).length / lines.length;
  const markdown = ending === 'md' || ending === 'markdown';
  const logs = share(
    (line) => isLogLine(line) || /^\s+(?:at |\.{3}|File )|^Caused by:|^Traceback/.test(line),
  );
  if (!markdown && lines.length > 1 && logs >= (ending === 'log' ? 0.3 : 0.6))
    return { format: 'log', delimiter };
  if (ending === 'csv' || ending === 'tsv')
    return { format: 'table', delimiter: delimiter || (ending === 'csv' ? ',' : '\t') };
  if (BY_ENDING[ending] !== undefined) return { format: BY_ENDING[ending], delimiter };
  if (CODE_ENDINGS.has(ending) || /^#!/.test(lines[0] ?? '')) return { format: 'code', delimiter };
  if (/^\s*<(?:!doctype|html|\?xml)\b/i.test(lines[0] ?? '')) return { format: 'html', delimiter };
  if (
    /^\s*[[{]\s*(?:$|["{[])/.test(lines[0] ?? '') &&
    !markdown &&
    /^\s*["{\]]|^\s*[[{]\s*["{]/.test(lines[1] ?? lines[0]!)
  ) {
    return { format: 'json', delimiter };
  }
  if (isTranscript(lines)) return { format: 'transcript', delimiter };
  if (lines.slice(0, 10).filter((line) => MAIL_HEADER.test(line)).length >= 2)
    return { format: 'mail', delimiter };
  if (delimiter !== '' && !markdown) return { format: 'table', delimiter };
  if (!markdown && lines.length > 5 && share((line) => /[;{}]\s*$/.test(line)) > 0.35)
    return { format: 'code', delimiter };
  return { format: 'prose', delimiter };
}

/** Two or more speakers, each heard more than once, begin much of the lines. */
function isTranscript(lines: readonly string[]): boolean {
  const turns = new Map<string, number>();
  let count = 0;
  for (const line of lines) {
    const speaker = speakerOf(line)?.name;
    if (speaker === undefined) continue;
    count++;
    turns.set(speaker, (turns.get(speaker) ?? 0) + 1);
  }
  const again = [...turns.values()].filter((times) => times > 1).length;
  return again >= 2 && count >= 4 && count >= 2 * turns.size - 1 && count >= 0.15 * lines.length;
}

/** The character that divides every line into the same number of fields, or ''. */
function delimiterOf(lines: readonly string[]): string {
  const rows = lines.slice(0, 30);
  if (rows.length < 3) return '';
  for (const delimiter of ['\t', ';', ',', '|']) {
    const counts = rows.map((row) => row.replace(/"[^"]*"/g, '').split(delimiter).length);
    const fields = counts[0]!;
    if (fields < (delimiter === ',' ? 3 : 2) || rows[0]!.startsWith('|')) continue;
    if (counts.filter((count) => count === fields).length >= 0.9 * rows.length) return delimiter;
  }
  return '';
}

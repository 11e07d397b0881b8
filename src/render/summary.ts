import type { Io } from '../io.ts';
import type { SummarizeResult } from '../targets/target.ts';
import { printableLines } from './printable.ts';

/**
 * Prints one summary: its text on stdout (as it is written, if deltas come), who wrote it on stderr.
 * @param heading the key, where several summaries stand below each other.
 */
export function summaryPrinter(io: Io, heading: string | undefined) {
  let started = false;
  const start = () => {
    if (!started && heading !== undefined) io.out(io.outStyle.bold(`# ${io.show(heading)}`));
    started = true;
  };
  const text = (piece: string) => (io.stdout.isTTY ? printableLines(piece) : piece);
  let written = false;
  return {
    delta(piece: string): void {
      start();
      io.write(text(piece));
      written = true;
    },
    finish(result: SummarizeResult): void {
      start();
      if (!written) io.write(text(result.summary));
      io.out();
      if (heading !== undefined) io.out();
      io.note(provenance(result));
    },
  };
}

/** "extractive-1, cached, 62% of the file, request 1f0c…" */
function provenance({ model, cached, coverage, request_id, usage }: SummarizeResult): string {
  const tokens = (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);
  return [
    `by ${model}`,
    ...(cached ? ['from the cache'] : []),
    ...(coverage < 1 ? [`covers ${Math.floor(coverage * 100)}% of the file`] : []),
    ...(tokens > 0 && !cached ? [`${tokens} tokens`] : []),
    ...(request_id === '' ? [] : [`request ${request_id}`]),
  ].join(', ');
}

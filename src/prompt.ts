import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';

/** Whether a person sits there who can be asked. */
export function canAsk(io: Io): boolean {
  return !io.json && io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/**
 * Asks for a line on stderr. Undefined where the person ends the input (Ctrl-D). Ctrl-C goes its usual way: the
 * signal is aborted, and the question rejects with its reason.
 */
export async function askLine(io: Io, question: string, signal: AbortSignal): Promise<string | undefined> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr, terminal: true, historySize: 0 });
  // A terminal that is read key by key sends no signal by itself. Told at once, before what was typed after it.
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  const ended = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  try {
    return await Promise.race([terminal.question(question, { signal }), ended]);
  } finally {
    terminal.close();
    io.stdin.pause();
  }
}

import type { AskResult, CallRecord } from '../ask/ask.ts';
import type { Source } from '../ask/sources.ts';
import type { Io } from '../io.ts';
import { formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { formatNumber } from './number.ts';
import { printable, printableLines } from './printable.ts';
import { waiting } from './waiting.ts';
import { wrapHanging } from './wrap.ts';

/**
 * Shows a question being answered. On a terminal the model's text appears as it is written, also what it says between
 * its calls; elsewhere stdout gets the answer when it is whole. Tool calls go to stderr as they are done.
 */
export function askPrinter(io: Io) {
  const streams = io.stdout.isTTY === true && !io.json;
  let queue = Promise.resolve();
  const display = waiting(io);
  let midLine = false;
  let streamed = false;
  const later = (work: () => unknown) => {
    queue = queue.then(async () => void (await work()));
  };
  const freshLine = () => {
    if (midLine) io.out();
    midLine = false;
  };
  return {
    /** Shows that something is waited for, until the next thing is shown. */
    waiting(title: string): void {
      later(async () => {
        await display.stop();
        freshLine();
        await display.next(title);
      });
    },
    text: streams
      ? (piece: string) =>
          later(async () => {
            await display.stop();
            io.write(printableLines(piece));
            midLine = !piece.endsWith('\n');
            streamed = true;
          })
      : undefined,
    call(call: CallRecord, waitingFor: string | undefined): void {
      later(async () => {
        await display.stop();
        freshLine();
        streamed = false;
        const room = (io.stderr.columns ?? Number.POSITIVE_INFINITY) - 2;
        for (const line of wrapHanging(callLine(call), room, '  ')) io.note(`  ${line}`);
        if (waitingFor !== undefined) await display.next(waitingFor);
      });
    },
    async finish(result: AskResult): Promise<void> {
      later(async () => {
        await display.stop();
        freshLine();
        if (!streamed && result.answer !== '')
          io.out(streams ? printableLines(result.answer) : result.answer);
        const { stopped_by: limit } = result;
        if (limit !== undefined)
          io.out(`${result.answer === '' ? '' : '\n'}${io.outStyle.yellow(INCOMPLETE[limit])}`);
        if (result.sources.length > 0) {
          io.out(`\n${io.outStyle.bold('Sources:')}`);
          for (const source of result.sources) io.out(`  ${sourceLine(source, io)}`);
        }
      });
      await queue;
    },
    /** Lets go of the screen, where it ends otherwise. */
    async stop(): Promise<void> {
      later(async () => {
        await display.stop();
        freshLine();
      });
      await queue;
    },
  };
}

const INCOMPLETE = {
  steps: '[Incomplete: the limit of steps was reached before the model was done. Raise it with --max-steps.]',
  tokens:
    '[Incomplete: the budget of tokens was used up before the model was done. Raise it with --max-tokens.]',
  answer_length: '[Incomplete: the answer was cut off at its greatest length. Ask for a shorter one.]',
};

/** "12 steps, 3 tool calls, 12,345 tokens, by MODEL" */
export function askFooter(result: AskResult, model: string): string {
  const { input_tokens, output_tokens } = result.usage;
  const count = (number: number, what: string) => `${formatNumber(number)} ${what}${number === 1 ? '' : 's'}`;
  return [
    `by ${printable(model)}`,
    count(result.steps, 'step'),
    count(result.tool_calls.length, 'tool call'),
    count(input_tokens + output_tokens, 'token'),
  ].join(', ');
}

/** `read_file report.txt from_line 200: 8.1 kB, 12 ms` */
function callLine({ name, arguments: input, is_error, error, bytes, duration_ms }: CallRecord): string {
  const { file_key, prefix, pattern, query, ...rest } = input;
  const main = [file_key, pattern, query, prefix].find((value) => typeof value === 'string');
  const others = Object.entries({ ...rest, ...(main === prefix ? {} : { prefix }) })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const what = [name, ...(main === undefined ? [] : [String(main)]), ...others].join(' ');
  const outcome = is_error ? `failed: ${error}` : `${formatBytes(bytes)}, ${formatDuration(duration_ms)}`;
  return `${clipped(printable(what), 200)}: ${clipped(printable(outcome), 300)}`;
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** `report.txt, lines 1-200, 340-360` */
function sourceLine(source: Source, io: Io): string {
  const ranges = (name: string, stretches: [number, number][] = []) => {
    if (stretches.length === 0) return [];
    const single = stretches.length === 1 && stretches[0]![0] === stretches[0]![1];
    return [
      `${name}${single ? '' : 's'} ${stretches.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ')}`,
    ];
  };
  return [
    io.show(source.key),
    ...ranges('line', source.lines),
    ...ranges('byte', source.bytes),
    ...(source.last_lines === undefined ? [] : [`last ${source.last_lines} lines`]),
    ...(source.summary ? ['summary'] : []),
  ].join(', ');
}

import stringWidth from 'string-width';
import type { LogLine } from '../targets/log-line.ts';
import { formatDuration } from './duration.ts';
import { formatTime } from './local-time.ts';
import { printable, printableLines } from './printable.ts';
import type { Style } from './style.ts';
import { wrapHanging } from './wrap.ts';

/** Fields that a request's line shows in words of its own, or that repeat what it shows. */
const TOLD = new Set([
  'method',
  'route',
  'status',
  'duration_ms',
  'model_ms',
  'service_ms',
  'file_key',
  'cached',
  'model',
  'aborted',
  'client',
  'bytes_out',
  'rpc_method',
  'tool',
]);

/** So many characters of a request's id are shown where all of it does not fit; `logs --request` takes them. */
const SHORT_ID = 8;

/** Before the further lines of a line that is wider than the terminal. */
const CONTINUED = '    ';

/**
 * A line of the log for a person: local time, level, and for a finished request what was asked and how it went.
 * Everything from outside (keys, names) is made printable, also in a pipe: a key with a newline must not look
 * like a line of the log. An error's stack stands below it, whole.
 *
 * @param width columns of the terminal; the request's id is cut to its beginning where it does not fit
 */
export function renderLogLine(
  line: LogLine,
  style: Style,
  width = Number.POSITIVE_INFINITY,
  now = Date.now(),
): string {
  const head = `${style.dim(formatTime(line.time, now))} ${level(line.level, style)}`;
  const { err, ...fields } = line.fields;
  const isRequest = line.message === 'request' && typeof fields.status === 'number';
  const what = isRequest ? requestText(fields, style) : printable(line.message);
  const rest = Object.entries(fields)
    .filter(([name, value]) => !(isRequest && (TOLD.has(name) || isNoTokens(name, value))))
    .map(([name, value]) => style.dim(`${printable(name)}=${printable(plain(value))}`));
  const text = [head, what, ...rest].filter((part) => part !== '').join(' ');
  const lines = wrapHanging(withId(text, line.requestId, style, width), width, CONTINUED);
  const below = (line.rest ?? []).map((each) => `${CONTINUED}${printableLines(each).trimEnd()}`);
  return [...lines, ...below, ...errorLines(err, line.message)].join('\n');
}

/** The embedded summarizer counts none. */
function isNoTokens(name: string, value: unknown): boolean {
  return value === 0 && name.endsWith('_tokens');
}

function withId(text: string, id: string | undefined, style: Style, width: number): string {
  if (id === undefined) return text;
  const whole = printable(id);
  const shown =
    stringWidth(text) + 1 + stringWidth(whole) <= width ? whole : printable(id.slice(0, SHORT_ID));
  return `${text} ${style.dim(shown)}`;
}

function level(name: LogLine['level'], style: Style): string {
  const text = name.toUpperCase().padEnd(5);
  if (name === 'error') return style.red(text);
  if (name === 'warn') return style.yellow(text);
  return name === 'info' ? style.green(text) : style.dim(text);
}

/** `POST /summarize 200 1.2 s (extractive-1 1.1 s) notes.txt cached by alice`. */
function requestText(fields: Record<string, unknown>, style: Style): string {
  const { method, route, status, duration_ms, model, model_ms, file_key, cached, client } = fields;
  const parts = [`${printable(plain(method))} ${printable(plain(route))}`, statusText(Number(status), style)];
  if (typeof duration_ms === 'number') parts.push(formatDuration(duration_ms));
  if (typeof model_ms === 'number') {
    parts.push(`(${printable(plain(model ?? 'model'))} ${formatDuration(model_ms)})`);
  }
  if (fields.aborted === true) parts.push('client left');
  for (const word of [fields.tool ?? fields.rpc_method, file_key]) {
    if (typeof word === 'string') parts.push(printable(word));
  }
  if (cached === true) parts.push('cached');
  if (typeof client === 'string' && client !== 'default') parts.push(`by ${printable(client)}`);
  return parts.join(' ');
}

function statusText(status: number, style: Style): string {
  if (status >= 500) return style.red(String(status));
  return status >= 400 ? style.yellow(String(status)) : style.green(String(status));
}

/** The stack of an error and of its causes, indented. Its first line is left out where the message says it. */
function errorLines(err: unknown, message: string): string[] {
  if (err === null || typeof err !== 'object')
    return err === undefined ? [] : [`    ${printable(plain(err))}`];
  const { type, message: text, stack, cause } = err as Record<string, unknown>;
  const whole = typeof stack === 'string' ? stack : `${plain(type ?? 'Error')}: ${plain(text)}`;
  const lines = printableLines(whole).split('\n');
  const own = typeof stack === 'string' && message !== '' && lines[0] === `Error: ${message}`;
  const below = errorLines(cause, '');
  return [
    ...(own ? lines.slice(1) : lines).map((each) => `    ${each.trimEnd()}`),
    ...below.map((each, index) => (index === 0 ? `    caused by ${each.trimStart()}` : each)),
  ];
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

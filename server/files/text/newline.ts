import type { TextEncoding } from './encoding.ts';

/**
 * Index just behind the next line feed, -1 without one. Only line feeds end lines, as for grep and editors: a
 * carriage return before one belongs to the line's end, a lone one (progress bars) is an ordinary character.
 * For UTF-16 the bytes must begin at a unit.
 */
export function afterNewline(bytes: Buffer, from: number, encoding: TextEncoding): number {
  let at = bytes.indexOf(0x0a, from);
  if (encoding === 'utf-8' || encoding === 'windows-1252') return at + 1 || -1;
  const isLittle = encoding === 'utf-16le';
  for (; at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (isLittle && at % 2 === 0 && bytes[at + 1] === 0) return at + 2;
    if (!isLittle && at % 2 === 1 && bytes[at - 1] === 0) return at + 1;
  }
  return -1;
}

/** Regroups chunks to whole units, so that no UTF-16 unit is split. A last odd byte comes alone. */
export function wholeUnits(source: AsyncIterable<Buffer>, unit: 1 | 2): AsyncIterable<Buffer> {
  return unit === 1 ? source : regrouped(source, unit);
}

async function* regrouped(source: AsyncIterable<Buffer>, unit: number): AsyncGenerator<Buffer> {
  let odd: Buffer | undefined;
  for await (const chunk of source) {
    const bytes: Buffer = odd ? Buffer.concat([odd, chunk]) : chunk;
    const whole = bytes.length - (bytes.length % unit);
    odd = whole < bytes.length ? bytes.subarray(whole) : undefined;
    if (whole > 0) yield bytes.subarray(0, whole);
  }
  if (odd) yield odd;
}

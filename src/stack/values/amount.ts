import { usageError } from '../../errors.ts';

export interface Bounds {
  min: number;
  max: number;
  /** Also parts of one. */
  fraction?: boolean;
  /** What to do about a number outside: "--presummarize off turns it off". */
  hint?: string;
}

/**
 * A number as CloudFormation takes it.
 * @param name where it was given, for the message
 * @throws usage error (exit 2)
 */
export function readAmount(value: unknown, name: string, { min, max, fraction, hint }: Bounds): string {
  const text = String(value).trim();
  const number = Number(text);
  const form = fraction ? /^\d+(\.\d+)?$/ : /^\d+$/;
  if (!form.test(text) || number < min || number > max) {
    throw usageError(
      `${name} ${JSON.stringify(value)} is no ${fraction ? '' : 'whole '}number from ${min} to ${max}`,
      hint === undefined ? [] : [hint],
    );
  }
  return String(number);
}

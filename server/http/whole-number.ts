import { z } from 'zod';

/** A whole number in a query: digits only, where `Number` would also take "", "0x1" and "1e3". */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return z
    .string()
    .regex(/^\d{1,16}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.int().min(least).max(most));
}

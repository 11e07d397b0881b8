import type { PatternText } from './pattern-text.ts';

const CONTROLS: Record<string, number> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** The character that an escape stands for; the backslash is taken already. Throws for one that is no character. */
export function escapedCode(text: PatternText): number {
  const hex = text.takeMatch(/x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/y);
  if (hex) return Number.parseInt((hex[1] ?? hex[2])!, 16);
  const octal = text.takeMatch(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal) return Number.parseInt(octal[0], 8);
  const letter = text.peek();
  const control = CONTROLS[letter];
  if (control === undefined && /[A-Za-z0-9]/.test(letter)) throw new Error('unknown escape');
  const code = text.next();
  return control ?? code;
}

import { cuePoints } from './cues.ts';
import { endsWhole, type Shape } from './shape.ts';

/** Where a sentence stands. */
export interface Place {
  /** From the section's heading: -1, 0 or 1. */
  heading: number;
  /** Sentences before it in its paragraph, and in its section. */
  inParagraph: number;
  inSection: number;
  /** Mail or Markdown quotation. */
  quoted: boolean;
  /** Item of a list. */
  item: boolean;
}

/**
 * What a sentence's words, place and shape speak for, in points; about -3 to 3.
 * @param cues from termsOf
 */
export function priorPoints(sentence: string, cues: number, shape: Shape, place: Place): number {
  let points = cuePoints(sentence, cues);
  points += place.heading > 0 ? 0.8 : 0.5 * place.heading;
  if (place.inParagraph === 0) points += 0.2;
  if (place.inSection === 0) points += 0.2;
  if (place.quoted) points -= 1;
  if (/[?？]$/.test(sentence)) points -= 0.9;
  if (sentence.endsWith('…')) points -= 0.5;
  else if (!place.item && !endsWhole(sentence)) points -= 1.5;
  const words = shape.unspaced ? shape.letters / 2 : shape.words;
  if (words < 8) points -= 0.6;
  else if (words > 55) points -= 1.6;
  else if (words >= 14 && words <= 40) points += 0.2;
  points -= 2 * Math.max(0, shape.odd / sentence.length - 0.06) + 0.07 * Math.min(10, shape.numbers);
  return points;
}

import { boundaryBefore, type TextEncoding } from '../text/encoding.ts';

/** Lines are searched whole up to a length, then in overlapping pieces. Bytes, even. */
export interface LongLineSizes {
  line: number;
  piece: number;
  /** On both sides of a piece: a match and what it depends on must fit in. */
  overlap: number;
}

export const DEFAULT_SIZES: LongLineSizes = { line: 64 * 1024, piece: 64 * 1024, overlap: 16 * 1024 };

export interface LongLineWindow {
  /** What is looked at. */
  start: number;
  end: number;
  /** Matches that begin before it count. */
  pieceEnd: number;
  /** Whether the window ends where the line does. */
  endsLine: boolean;
}

/**
 * The window around the piece of a long line that holds `at`. Pieces are counted from the line's start, so that
 * they are the same wherever a search begins. All places are indexes into `bytes`.
 *
 * @param lineStart may be negative: before the buffer
 * @param lineEnd without the line feed; undefined while the line is not finished
 */
export function longLineWindow(
  bytes: Buffer,
  lineStart: number,
  at: number,
  lineEnd: number | undefined,
  encoding: TextEncoding,
  { piece, overlap }: LongLineSizes,
): LongLineWindow | 'done' | 'wait' {
  if (lineEnd !== undefined && at >= lineEnd) return 'done';
  const boundary = (place: number) => boundaryBefore(bytes, place, encoding);
  let pieceStart = lineStart + Math.floor((at - lineStart) / piece) * piece;
  // A character that a cut goes through belongs to the piece behind it.
  if (pieceStart + piece <= bytes.length && boundary(pieceStart + piece) <= at) pieceStart += piece;
  const limit = pieceStart + piece + overlap;
  if (lineEnd === undefined && limit + 4 > bytes.length) return 'wait';
  const isLast = lineEnd !== undefined && pieceStart + piece >= lineEnd;
  const endsLine = lineEnd !== undefined && limit >= lineEnd;
  const start = pieceStart - overlap <= lineStart ? Math.max(lineStart, 0) : boundary(pieceStart - overlap);
  return {
    start,
    end: endsLine ? lineEnd : boundary(limit),
    pieceEnd: isLast ? lineEnd : boundary(pieceStart + piece),
    endsLine,
  };
}

import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

export interface Column {
  title: string;
  /** Numbers stand right. Default left. */
  align?: 'left' | 'right';
  /** May be cut where the table is wider than its place. Others keep their width. */
  cut?: boolean;
}

const GAP = '  ';
/** A column that may be cut keeps this much. */
const NARROWEST = 6;

/**
 * A table as lines of text, in columns on a terminal's grid: wide characters count two. Where it does not fit,
 * the widest of the columns that may be cut give way first.
 *
 * @param rows cells, printable (colours are allowed)
 * @param width columns of the terminal; Infinity where nothing must be cut, as in a pipe
 */
export function renderTable(
  columns: Column[],
  rows: string[][],
  width: number,
  options: { title?: (text: string) => string; ellipsis?: string } = {},
): string[] {
  const titles = columns.map((column) => column.title);
  const all = [titles, ...rows];
  const widths = fitWidths(
    columns,
    columns.map((_, index) => Math.max(...all.map((row) => stringWidth(row[index] ?? '')))),
    width,
  );
  const paint = options.title ?? ((text: string) => text);
  const lines = all.map((row, rowIndex) =>
    columns
      .map((column, index) => {
        const text = cut(row[index] ?? '', widths[index]!, options.ellipsis ?? '…');
        const padding = ' '.repeat(Math.max(0, widths[index]! - stringWidth(text)));
        const painted = rowIndex === 0 ? paint(text) : text;
        return column.align === 'right' ? padding + painted : painted + padding;
      })
      .join(GAP)
      .trimEnd(),
  );
  return titles.every((title) => title === '') ? lines.slice(1) : lines;
}

/** Columns of the terminal that shows stdout; Infinity where no terminal does, so that nothing is cut. */
export function fittingWidth(io: { stdout: { isTTY?: boolean }; width: number }): number {
  return io.stdout.isTTY ? io.width : Number.POSITIVE_INFINITY;
}

function cut(text: string, width: number, ellipsis: string): string {
  if (stringWidth(text) <= width) return text;
  const shown = cliTruncate(text, width, { truncationCharacter: ellipsis });
  // A wide character at the edge may stand half outside.
  return stringWidth(shown) <= width
    ? shown
    : cliTruncate(text, width - 1, { truncationCharacter: ellipsis });
}

function fitWidths(columns: Column[], natural: number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1);
  for (let excess = total() - width; excess > 0; excess--) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      if (column.cut && widths[index]! > NARROWEST && widths[index]! > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) break;
    widths[widest]!--;
  }
  return widths;
}

import { ColumnStatistics } from './column-statistics.ts';
import type { FocusMatch } from './focus.ts';
import { pinned, ratedLine } from './passage.ts';
import type { Rated } from './scoring.ts';

const COLUMNS = 40;
const FOCUS_ROWS = 8;

/** Reads a table in CSV or a kin of it: its size, its columns, and what stands in them. */
export class TableReader {
  private readonly delimiter: string;
  private readonly focus: FocusMatch | undefined;
  private header: string[] | undefined;
  private columns: ColumnStatistics[] = [];
  private readonly focusRows: { text: string; focus: number; order: number }[] = [];
  private rows = 0;

  constructor(delimiter: string, focus: FocusMatch | undefined) {
    this.delimiter = delimiter;
    this.focus = focus;
  }

  line(line: string, _continues: boolean): void {
    if (line.trim() === '') return;
    const cells = cellsOf(line, this.delimiter);
    if (this.header === undefined) {
      const named = cells.every((cell) => cell === '' || Number.isNaN(Number(cell.replace(/[,%$€£]/g, ''))));
      this.header = cells
        .slice(0, COLUMNS)
        .map((cell, i) => (named && cell !== '' ? cell : `column ${i + 1}`));
      this.columns = this.header.map((name, i) => new ColumnStatistics(name, i));
      if (named) return;
    }
    this.rows++;
    for (const column of this.columns) column.add(cells[column.index] ?? '');
    const focus = this.focus?.(line) ?? 0;
    if (focus > (this.focusRows.at(-1)?.focus ?? 0) || (focus > 0 && this.focusRows.length < FOCUS_ROWS)) {
      this.keepRow(cells, focus);
    }
  }

  /** The rows that match the focus best, the earlier one where two are alike. */
  private keepRow(cells: readonly string[], focus: number): void {
    const shown = this.columns.slice(0, 10).map(({ name, index }) => `${name} ${cells[index] ?? ''}`);
    this.focusRows.push({
      text: `Row ${this.rows.toLocaleString('en')}: ${shown.join(', ')}.`,
      focus,
      order: COLUMNS + this.rows,
    });
    this.focusRows.sort((a, b) => b.focus - a.focus || a.order - b.order);
    this.focusRows.length = Math.min(FOCUS_ROWS, this.focusRows.length);
  }

  end(): void {}

  rated(): Rated[] {
    if (this.header === undefined) return [];
    const names = this.header.slice(0, 12).join(', ') + (this.header.length > 12 ? ', …' : '');
    const columns = `${this.header.length} column${this.header.length === 1 ? '' : 's'}`;
    const overview = `A table of ${this.rows.toLocaleString('en')} row${this.rows === 1 ? '' : 's'} and ${columns}: ${names}.`;
    const rated: Rated[] = [pinned(overview)];
    for (const column of this.columns) {
      const text = column.describe();
      if (text !== '')
        rated.push(
          ratedLine(text, column.index, 10 - 0.1 * column.index + 4 * (this.focus?.(column.name) ?? 0)),
        );
    }
    for (const row of this.focusRows) rated.push(ratedLine(row.text, row.order, 12 * row.focus));
    return rated;
  }
}

/** The cells of a row, RFC 4180 quotation undone; a quoted line break ends the row. */
function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '"') {
      if (quoted && line[i + 1] === '"') cell += line[i++]!;
      else quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else {
      cell += character;
    }
  }
  cells.push(cell.trim());
  return cells;
}

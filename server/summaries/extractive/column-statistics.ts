/** Different values counted of one column; a column with more is no set of categories. */
const DISTINCT = 200;

/** What stands in one column of a table, in bounded memory. */
export class ColumnStatistics {
  readonly name: string;
  readonly index: number;
  private filled = 0;
  private numbers = 0;
  private dates = 0;
  private sum = 0;
  private low = Number.POSITIVE_INFINITY;
  private high = Number.NEGATIVE_INFINITY;
  private firstDate = '';
  private lastDate = '';
  private readonly values = new Map<string, number>();

  constructor(name: string, index: number) {
    this.name = name;
    this.index = index;
  }

  add(cell: string): void {
    if (cell === '') return;
    this.filled++;
    if (/^[-+]?[$€£]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?%?$/.test(cell)) {
      const value = Number(cell.replace(/[,$€£%]/g, ''));
      this.numbers++;
      this.sum += value;
      this.low = Math.min(this.low, value);
      this.high = Math.max(this.high, value);
    } else if (/^\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}\S*)?$/.test(cell)) {
      this.dates++;
      if (this.firstDate === '' || cell < this.firstDate) this.firstDate = ` ${cell}`.slice(1);
      if (cell > this.lastDate) this.lastDate = ` ${cell}`.slice(1);
    }
    if (this.values.size < DISTINCT || this.values.has(cell)) {
      const key = cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
      this.values.set(` ${key}`.slice(1), (this.values.get(key) ?? 0) + 1);
    }
  }

  /** One sentence; empty where there is nothing to say. */
  describe(): string {
    if (this.filled === 0) return '';
    if (this.dates > 0.9 * this.filled) {
      return this.firstDate === this.lastDate ? '' : `${this.name}: ${this.firstDate} to ${this.lastDate}.`;
    }
    const repeated = this.values.size <= Math.max(8, this.filled / 2) && this.values.size < DISTINCT;
    if (this.numbers > 0.9 * this.filled) {
      if (/^(?:id|no|number|row|index|zip|phone)$|_id$| id$/i.test(this.name)) return '';
      if (this.low === this.high) return `${this.name}: always ${number(this.low)}.`;
      return `${this.name}: ${number(this.low)} to ${number(this.high)}, mean ${number(this.sum / this.numbers)}, sum ${number(this.sum)}.`;
    }
    if (!repeated || this.values.size === this.filled) return '';
    const top = [...this.values].sort(([, a], [, b]) => b - a);
    const shown = top
      .slice(0, top.length > 5 ? 4 : 5)
      .map(([value, count]) => `${value} (${count.toLocaleString('en')})`);
    const more = top.length - shown.length;
    return `${this.name}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  }
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });
}

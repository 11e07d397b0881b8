import { pinned } from './passage.ts';
import type { ProseReader } from './prose-reader.ts';
import type { Rated } from './scoring.ts';

const NAMES = 12;
/** Longest string looked at, in UTF-16 units. */
const STRING_LIMIT = 20_000;

/** Reads JSON character by character: its outermost names, and the strings that are sentences. */
export class JsonReader {
  private readonly prose: ProseReader;
  private depth = 0;
  private outer = '';
  private items = 0;
  private readonly names: string[] = [];
  private text: string | undefined;
  private escaped = false;
  private last = '';

  constructor(prose: ProseReader) {
    this.prose = prose;
  }

  line(line: string, _continues: boolean): void {
    let from = 0;
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      if (this.text !== undefined) {
        if (this.escaped) this.escaped = false;
        else if (unit === 92) this.escaped = true;
        else if (unit === 34) {
          this.endString(this.text + line.slice(from, i));
          this.text = undefined;
        }
      } else if (unit === 34) {
        this.text = '';
        from = i + 1;
      } else if (unit > 32) this.sign(line[i]!);
    }
    if (this.text !== undefined && this.text.length < STRING_LIMIT) this.text += line.slice(from);
  }

  end(): void {
    this.prose.end();
  }

  rated(): Rated[] {
    if (this.outer === '') return this.prose.rated();
    const names =
      this.names.length === 0
        ? ''
        : ` with ${this.names.slice(0, NAMES).join(', ')}${this.names.length > NAMES ? ' and more' : ''}`;
    const count = this.items + (this.last === ',' || this.last === '' ? 0 : 1);
    const what =
      this.outer === '['
        ? `A JSON list of ${count.toLocaleString('en')} item${count === 1 ? '' : 's'}${names}.`
        : `A JSON object${names}.`;
    return [pinned(what), ...this.prose.rated()];
  }

  private sign(sign: string): void {
    if (sign === '{' || sign === '[') {
      if (this.depth === 0 && this.outer === '') this.outer = sign;
      else if (this.depth === 1) this.last = sign;
      this.depth++;
    } else if (sign === '}' || sign === ']') this.depth--;
    else if (sign === ':') this.name();
    else if (this.depth === 1) {
      if (sign === ',' && this.outer === '[') this.items++;
      this.last = sign;
    }
  }

  private held = '';

  private endString(raw: string): void {
    if (this.depth === 1) this.last = '"';
    this.flush();
    this.held = raw;
  }

  /** The string just read was a name. */
  private name(): void {
    const name = this.held;
    this.held = '';
    const level = this.outer === '[' ? 2 : 1;
    if (
      this.depth === level &&
      this.names.length <= NAMES &&
      name.length < 40 &&
      !this.names.includes(name)
    ) {
      this.names.push(` ${name}`.slice(1));
    }
  }

  private flush(): void {
    const raw = this.held;
    this.held = '';
    if (!/\S+\s+\S+\s+\S+\s+\S+\s+\S/.test(raw)) return;
    let text: string;
    try {
      text = JSON.parse(`"${raw}"`) as string;
    } catch {
      text = raw;
    }
    for (const line of text.split('\n')) this.prose.line(line, false);
    this.prose.line('', false);
  }
}

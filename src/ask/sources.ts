import type { ToolAnswer } from './tools.ts';

/** A file that the model was shown, and which parts of it. */
export interface Source {
  key: string;
  /** First and last line of each stretch, counted from 1, in order. */
  lines?: [number, number][];
  /** First and last byte of each stretch, counted from 0, where it was read by bytes. */
  bytes?: [number, number][];
  /** So many lines at the end, where those were asked for. */
  last_lines?: number;
  /** A summary of the whole was read. */
  summary?: true;
}

/** What the answers of search_files and the like hold, at any depth. */
interface Found {
  file_key?: unknown;
  line?: unknown;
  text?: unknown;
  before?: unknown[];
  after?: unknown[];
  from_line?: unknown;
  to_line?: unknown;
}

/** Collects what was really read: by what the tools answered, not by what they were asked for. */
export class SourceList {
  private readonly byKey = new Map<string, Source>();

  add(tool: string, input: Record<string, unknown>, { texts, structured }: ToolAnswer): void {
    const key = input.file_key;
    switch (tool) {
      case 'read_file':
        if (typeof key === 'string') this.addPage(key, input, texts[0] ?? '');
        break;
      case 'summarize_file':
        if (typeof key === 'string') this.source(key).summary = true;
        break;
      default:
        this.addFound(structured);
    }
  }

  /** In the order in which the files were first read. */
  list(): Source[] {
    return [...this.byKey.values()].map((source) => ({
      ...source,
      ...(source.lines === undefined ? {} : { lines: merged(source.lines) }),
      ...(source.bytes === undefined ? {} : { bytes: merged(source.bytes) }),
    }));
  }

  private addPage(key: string, input: Record<string, unknown>, text: string): void {
    const source = this.source(key);
    const count = lineCount(text);
    if (count === 0) return;
    if (typeof input.tail === 'number') {
      source.last_lines = Math.max(source.last_lines ?? 0, count);
    } else if (input.offset !== undefined || input.length !== undefined) {
      const start = Number(input.offset ?? 0);
      source.bytes = [...(source.bytes ?? []), [start, start + Buffer.byteLength(text) - 1]];
    } else {
      this.addLines(key, Number(input.from_line ?? 1), count);
    }
  }

  /** Matches of a search, and files that were read together: lines that stand below a key. */
  private addFound(value: unknown, above?: string): void {
    if (Array.isArray(value)) for (const each of value) this.addFound(each, above);
    else if (typeof value === 'object' && value !== null) {
      const found = value as Found;
      const key = typeof found.file_key === 'string' ? found.file_key : above;
      if (key !== undefined && typeof found.line === 'number' && typeof found.text === 'string') {
        const before = found.before?.length ?? 0;
        this.addLines(key, found.line - before, before + 1 + (found.after?.length ?? 0));
      } else if (
        key !== undefined &&
        typeof found.from_line === 'number' &&
        typeof found.to_line === 'number'
      ) {
        this.addLines(key, found.from_line, found.to_line - found.from_line + 1);
      }
      for (const inner of Object.values(value)) this.addFound(inner, key);
    }
  }

  private addLines(key: string, from: number, count: number): void {
    const source = this.source(key);
    source.lines = [...(source.lines ?? []), [from, from + count - 1]];
  }

  private source(key: string): Source {
    const known = this.byKey.get(key) ?? { key };
    this.byKey.set(key, known);
    return known;
  }
}

function lineCount(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Stretches in order, those that touch made one. */
function merged(stretches: [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [from, to] of stretches.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

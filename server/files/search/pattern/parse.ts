import { ANY, single } from './char-set.ts';
import { parseClass, toCharSet } from './class-parser.ts';
import { escapedCode } from './escape.ts';
import { perlClass, unicodeClass } from './named-class.ts';
import type { PatternNode } from './node.ts';
import { PatternText } from './pattern-text.ts';

export interface ParsedPattern {
  node: PatternNode;
  /** Asks for a line feed outside of a class, which no line holds. */
  wantsNewline: boolean;
}

/**
 * Reads a pattern that RE2 accepts (github.com/google/re2/wiki/Syntax). What it returns may match more than the
 * pattern, never less. Throws for what it does not know; then nothing is known of the pattern.
 */
export function parsePattern(source: string, fold: boolean): ParsedPattern {
  const parser = new Parser(source, fold);
  return parser.whole();
}

class Parser {
  readonly #text: PatternText;
  #fold: boolean;
  #wantsNewline = false;

  constructor(source: string, fold: boolean) {
    this.#text = new PatternText(source);
    this.#fold = fold;
  }

  whole(): ParsedPattern {
    const node = this.#alternation();
    if (!this.#text.done) throw new Error('unexpected )');
    return { node, wantsNewline: this.#wantsNewline };
  }

  #alternation(): PatternNode {
    const branches: PatternNode[] = [];
    do branches.push(this.#sequence());
    while (this.#text.take('|'));
    return branches.length === 1 ? branches[0]! : { kind: 'alt', branches };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    while (!this.#text.done && !this.#text.at('|') && !this.#text.at(')')) {
      const repeat = items.length > 0 ? this.#text.quantifier() : undefined;
      if (repeat) items.push({ kind: 'repeat', item: items.pop()!, ...repeat });
      else items.push(...this.#atom());
    }
    return { kind: 'cat', items };
  }

  #atom(): PatternNode[] {
    const text = this.#text;
    if (text.take('(')) return this.#group();
    if (text.take('[')) return [{ kind: 'char', set: parseClass(text, this.#fold) }];
    if (text.take('.')) return [{ kind: 'char', set: ANY }];
    if (text.take('^')) return [{ kind: 'assert', what: 'start' }];
    if (text.take('$')) return [{ kind: 'assert', what: 'end' }];
    if (text.take('\\Q')) return this.#quoted();
    if (text.take('\\')) return [this.#escape()];
    return [this.#literal(text.next())];
  }

  /** `(…)`, `(?:…)`, `(?P<name>…)`, `(?<name>…)`, `(?flags:…)`; `(?flags)` holds to the end of the group around it. */
  #group(): PatternNode[] {
    const fold = this.#fold;
    const opening = this.#text.takeMatch(/\?(?:P?<[^>]*>|([a-zA-Z]*(?:-[a-zA-Z]*)?)([:)]))/y);
    const flags = opening?.[1] ?? '';
    const [on = '', off = ''] = flags.split('-');
    if (on.includes('i')) this.#fold = true;
    if (off.includes('i')) this.#fold = false;
    if (opening?.[2] === ')') return [];
    if (!opening && this.#text.at('?')) throw new Error('unknown group');
    const node = this.#alternation();
    if (!this.#text.take(')')) throw new Error('missing )');
    this.#fold = fold;
    return [node];
  }

  #quoted(): PatternNode[] {
    const items: PatternNode[] = [];
    while (!this.#text.done && !this.#text.take('\\E')) items.push(this.#literal(this.#text.next()));
    return items;
  }

  #escape(): PatternNode {
    const text = this.#text;
    if (text.take('A')) return { kind: 'assert', what: 'start' };
    if (text.take('z')) return { kind: 'assert', what: 'end' };
    if (text.take('b')) return { kind: 'assert', what: 'word' };
    if (text.take('B')) return { kind: 'assert', what: 'not-word' };
    const property = text.property();
    if (property) {
      return { kind: 'char', set: toCharSet(unicodeClass(property.name, property.isNegated), this.#fold) };
    }
    const perl = perlClass(text.peek());
    if (perl) {
      text.next();
      return { kind: 'char', set: toCharSet(perl, this.#fold) };
    }
    return this.#literal(escapedCode(text));
  }

  #literal(code: number): PatternNode {
    if (code === 10) this.#wantsNewline = true;
    return { kind: 'char', set: single(code, this.#fold) };
  }
}

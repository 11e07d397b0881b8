import { pinned } from './passage.ts';
import type { ProseReader } from './prose-reader.ts';
import type { Rated } from './scoring.ts';

const LINE_COMMENT =
  /^\s*(?:\/\/[/!]?|#(?!!|include\b|define\b|if|endif|else|pragma\b|\[)+|--(?!-)|;;+|%(?!\{))\s?(.*)$/;
const BLOCK_START = /^\s*(?:\/\*+!?|"""|'''|<!--|\{-|=begin\b)\s?(.*)$/;
const BLOCK_END = /^(.*?)(?:\*+\/|"""|'''|-->|-\}|^=end\b)/;
const DECLARATION =
  /^\s{0,4}(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([a-z]+\))?|open|override|sealed|data|unsafe|inline|virtual|extern|declare)\s+)*(?:function\*?|def|class|interface|struct|enum|trait|impl|fn|func|type|module|namespace|record|object|protocol|create\s+(?:or\s+replace\s+)?(?:table|view|function|procedure)|resource)\s+(?:if\s+not\s+exists\s+)?(?:\([^)]*\)\s*)?["`]?([\p{L}_$][\p{L}\p{N}_$.-]*)/iu;
const ASSIGNED =
  /^(?:export\s+)?(?:const|let|var|val)\s+([\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\(|function|\p{L}+\s*=>)/u;
const NAMES = 12;

/** Reads source code: what its comments say, and the names it defines. */
export class CodeReader {
  private readonly prose: ProseReader;
  private readonly names: string[] = [];
  private lines = 0;
  private inBlock = false;
  private inComment = false;

  /** @param prose gets the comments as text */
  constructor(prose: ProseReader) {
    this.prose = prose;
  }

  line(line: string, continues: boolean): void {
    if (line.trim() !== '') this.lines++;
    if (this.inBlock) this.block(line);
    else {
      const start = BLOCK_START.exec(line);
      const comment = start === null ? LINE_COMMENT.exec(line) : null;
      if (start !== null) {
        this.breakParagraph();
        this.inBlock = true;
        this.block(start[1]!);
      } else if (comment !== null) this.comment(comment[1]!);
      else this.code(line);
    }
    if (continues) this.breakParagraph();
  }

  end(): void {
    this.prose.end();
  }

  rated(): Rated[] {
    const rated = this.prose.rated();
    if (this.lines === 0 || this.names.length + rated.length === 0) return rated;
    const shown = this.names.slice(0, NAMES).join(', ');
    const more = this.names.length > NAMES ? ' and more' : '';
    const size = `${this.lines.toLocaleString('en')} line${this.lines === 1 ? '' : 's'} of code`;
    return [pinned(shown === '' ? `${size}.` : `${size}, defining ${shown}${more}.`), ...rated];
  }

  private block(line: string): void {
    const end = BLOCK_END.exec(line);
    const text = (end === null ? line : end[1]!).replace(/^\s*\*+(?:\s|$)/, '');
    this.comment(text);
    if (end === null) return;
    this.inBlock = false;
    this.breakParagraph();
  }

  private comment(text: string): void {
    this.inComment = true;
    // A tag of a doc comment opens its own paragraph; directives to tools say nothing to a reader.
    if (/^\s*(?:@|eslint|biome|prettier|noqa|type:|pylint|c8|istanbul|SPDX)/.test(text))
      this.breakParagraph();
    else if (text.trim() === '') this.breakParagraph();
    else this.prose.line(text.trim(), false);
  }

  private code(line: string): void {
    if (this.inComment) this.breakParagraph();
    if (this.names.length > NAMES) return;
    const name = (DECLARATION.exec(line) ?? ASSIGNED.exec(line))?.[1];
    if (name !== undefined && !this.names.includes(name)) this.names.push(name);
  }

  private breakParagraph(): void {
    this.prose.line('', false);
    this.inComment = false;
  }
}

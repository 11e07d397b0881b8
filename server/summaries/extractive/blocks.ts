import { stripInline } from './inline-markup.ts';
import { MAIL_HEADER, speakerOf } from './line-patterns.ts';

/** What ProseBlocks tells of a text, in order. */
export interface BlockSink {
  onHeading(text: string): void;
  /** A paragraph or list item begins; what `onText` gives until the next call belongs to it. */
  onParagraph(kind: { quoted: boolean; item: boolean; label: string }): void;
  onText(text: string): void;
}

export interface ProseFormat {
  transcript?: boolean;
  mail?: boolean;
  /** Line breaks say nothing: HTML, comments in code. */
  flowing?: boolean;
}

/** Lines after which a fence, comment or front matter that was never closed counts as text again. */
const UNCLOSED_LIMIT = 400;

/** Nobody wraps lines at fewer characters than this. */
const NARROWEST = 38;

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const ATX_HEADING = /^\s{0,3}#{1,6}\s(.*)$/;
const RULE = /^\s{0,3}(?:[-*_=+~#]\s?){3,}$/;
const ITEM = /^\s*(?:[-*+•–·]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+(?:\[[ xX]\]\s+)?(?=\S)/;
const TABLE_ROW = /^\s*\|| \| .* \| |^[^\t]+\t[^\t]+\t/;
const SUBJECT = /^(?:Subject|Betreff|Re|Title):\s+(?:(?:Re|Fwd?|AW|WG):\s*)*/i;
const CUE_TIME = /^\s*\d{1,2}:\d{2}(?::\d{2})?[.,]\d{3}\s+-->|^WEBVTT|^\s*\d{1,6}\s*$/;
const CODE_LINE = /^\s*(?:\$|>>>|\w+@[\w-]+:?.*\$) \S|[{}]\s*$|^\s*[\w.$[\]]{1,60} ?[=(].*;$/;
const INDENTED_CODE = /^(?: {4}|\t).*(?:[{};=<>]|\(\))/;
const BETWEEN_MAILS =
  /^-+ ?(?:Original Message|Forwarded message|Ursprüngliche Nachricht) ?-+|^From \S+@\S+ .*\d{4}$/i;
/** Before a quoted mail, and a line that begins with a label in bold. */
const ATTRIBUTION = /\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto)\s*:\s*$/;
const LABELLED = /^\s*\*\*[^*]+:\*\*|^\s*\*\*[^*]+\*\*:/;
const NUMBERED_HEADING = /^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+\p{Lu}/u;

/** Sorts the lines of prose, Markdown, mail and transcripts into headings, paragraphs and what is no prose at all. */
export class ProseBlocks {
  private readonly sink: BlockSink;
  private readonly transcript: boolean;
  private readonly flowing: boolean;
  private readonly mail: boolean;
  private mailHeader: boolean;
  private quoted = false;
  private skipUntil: RegExp | undefined;
  private skipped = 0;
  private open = false;
  private held: string | undefined;
  private afterBlank = true;
  private first = true;
  private goesOn = false;
  /** Subtitles: blank lines divide what is shown, not what is said. */
  private cued = false;
  private before = '';
  private headed = false;

  constructor(sink: BlockSink, format: ProseFormat) {
    this.sink = sink;
    this.transcript = format.transcript === true;
    this.flowing = format.flowing === true || this.transcript;
    this.mail = format.mail === true;
    this.mailHeader = this.mail;
  }

  line(line: string, continues: boolean): void {
    const within = this.goesOn;
    this.goesOn = continues;
    if (within) {
      this.text(line);
      return;
    }
    const isFirst = this.first;
    if (line.trim() !== '') this.first = false;
    if (this.skip(line)) return;
    if (isFirst && /^---\s*$/.test(line)) this.startSkip(/^(?:---|\.\.\.)\s*$/);
    else if (line.trim() === '') this.blank();
    else if (!this.structure(line)) this.plain(line);
  }

  end(): void {
    this.release(false);
    this.open = false;
  }

  private skip(line: string): boolean {
    if (this.skipUntil === undefined) return false;
    const title = /^title:\s*["']?(.+?)["']?\s*$/i.exec(line);
    if (title !== null) this.sink.onHeading(title[1]!);
    if (this.skipUntil.test(line) || ++this.skipped > UNCLOSED_LIMIT) this.skipUntil = undefined;
    return true;
  }

  private startSkip(until: RegExp): void {
    this.close();
    this.skipUntil = until;
    this.skipped = 0;
  }

  private blank(): void {
    this.mailHeader = false;
    if (this.cued) return;
    this.release(true);
    this.afterBlank = true;
    this.open = false;
  }

  private close(): void {
    this.release(false);
    this.open = false;
    this.afterBlank = true;
  }

  /** Takes the line if it is anything but running text. */
  private structure(line: string): boolean {
    const fence = FENCE.exec(line);
    if (fence !== null) {
      this.startSkip(new RegExp(`^\\s{0,3}${fence[1]![0]}{${fence[1]!.length},}\\s*$`));
      return true;
    }
    const heading = ATX_HEADING.exec(line);
    if (heading !== null) {
      this.close();
      this.sink.onHeading(stripInline(heading[1]!.trim().replace(/ #+$/, '')));
      return true;
    }
    if (/^\s*<!--/.test(line) && !line.includes('-->')) {
      this.startSkip(/-->/);
      return true;
    }
    if (RULE.test(line)) {
      if (this.held !== undefined && /^[=-]+\s*$/.test(line.trim())) this.headHeld();
      this.close();
      return true;
    }
    if (/^-- ?$/.test(line)) {
      this.startSkip(/^\s*$/);
      return true;
    }
    if (SUBJECT.test(line) && this.afterBlankOrHeader()) {
      this.close();
      this.sink.onHeading(stripInline(line.replace(SUBJECT, '')));
      return true;
    }
    if (this.isMailHeader(line)) return true;
    if (
      (/[|\t]/.test(line) && TABLE_ROW.test(line)) ||
      /^\s*\[[^\]]+\]:\s+\S+/.test(line) ||
      CODE_LINE.test(line) ||
      (!this.open && INDENTED_CODE.test(line))
    ) {
      this.close();
      return true;
    }
    if (!CUE_TIME.test(line) || !(this.transcript || line.includes('-->'))) return false;
    this.cued ||= line.includes('-->');
    return true;
  }

  /** Headers stand at the start of a mail, and again where another one is appended to it. */
  private isMailHeader(line: string): boolean {
    if (!this.mail) return false;
    if (BETWEEN_MAILS.test(line)) {
      this.close();
      this.mailHeader = true;
      return true;
    }
    if (this.mailHeader && /^\s/.test(line)) return true;
    if (!(this.mailHeader || this.afterBlank) || !MAIL_HEADER.test(line)) return false;
    this.mailHeader = true;
    return true;
  }

  private afterBlankOrHeader(): boolean {
    return this.mailHeader || this.afterBlank;
  }

  private plain(raw: string): void {
    let line = raw;
    const quote = /^\s{0,3}(?:>\s?)+/.exec(line);
    const quoted = quote !== null;
    if (quoted) line = line.slice(quote[0].length);
    if (line.trim() === '') {
      this.blank();
      return;
    }
    if (line.trimEnd().endsWith(':') && ATTRIBUTION.test(line)) {
      this.close();
      return;
    }
    const item = ITEM.exec(line);
    const speaker = this.transcript ? speakerOf(line) : undefined;
    if (speaker !== undefined) {
      this.release(false);
      this.start(quoted, false, speaker.name);
      this.text(speaker.rest);
    } else if (item !== null) {
      this.release(false);
      this.start(quoted, true, '');
      this.text(line.slice(item[0].length));
    } else if (this.open && !this.afterBlank && quoted === this.quoted && !this.breaksAt(line)) {
      this.release(false);
      this.text(line);
    } else {
      this.start(quoted, false, '');
      this.held = line;
    }
    this.afterBlank = false;
    this.before = line;
  }

  /** Whether the line before ended on purpose, and not for its width: its next word would still have had room. */
  private breaksAt(line: string): boolean {
    if (LABELLED.test(line)) return true;
    const before = this.before.trimEnd();
    return (
      !this.flowing &&
      before.length < NARROWEST &&
      /[\p{L}\p{N})]$/u.test(before) &&
      !/[\u3040-\u9fff\uac00-\ud7a3]/.test(before)
    );
  }

  private start(quoted: boolean, item: boolean, label: string): void {
    this.release(false);
    this.quoted = quoted;
    this.sink.onParagraph({ quoted, item, label });
    this.open = true;
  }

  private text(line: string): void {
    const text = stripInline(line);
    if (text !== '') this.sink.onText(text);
  }

  /** A paragraph's first line waits for its second: alone between blank lines it may be a heading. */
  private release(alone: boolean): void {
    if (this.held === undefined) return;
    const line = this.held;
    const longest = this.headed ? 10 : 16;
    this.headed = true;
    if (alone && looksLikeHeading(line, longest)) this.headHeld();
    else {
      this.held = undefined;
      this.text(line);
    }
  }

  private headHeld(): void {
    const line = this.held!;
    this.held = undefined;
    this.sink.onHeading(stripInline(line));
    this.open = false;
  }
}

function looksLikeHeading(line: string, words: number): boolean {
  const text = line.trim();
  if (text.length > 90 || /[.!?,;:…。！？、]["'”)]?$/.test(text)) return false;
  if (NUMBERED_HEADING.test(text) || /^\*\*[^*]+\*\*$/.test(text)) return true;
  return text.split(/\s+/).length <= words && !/^[\p{Ll}>]/u.test(text);
}

const MARKS = /[*_`[<~\\&]/;
const SPACES = /\s\s|[^\S ]/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  mdash: '—',
  ndash: '–',
  hellip: '…',
};

/** A line of Markdown, HTML or LaTeX as plain words: marks gone, links by their text, white space normalised. */
export function stripInline(line: string): string {
  const text = line.trim();
  if (!MARKS.test(text)) return SPACES.test(text) ? text.replace(/\s+/g, ' ') : text;
  return text
    .replace(/!\[[^[\]]{0,500}\]\([^()]{0,1000}\)/g, '')
    .replace(
      /\[([^[\]]{0,500})\](?:\((?:[^()\s]|\([^()\s]{0,200}\)){0,1000}(?:\s"[^"]{0,200}")?\)|\[[^[\]]{0,200}\])/g,
      '$1',
    )
    .replace(/\[\^[^[\]]{0,100}\]/g, '')
    .replace(/<((?:https?|mailto):[^>\s]+)>/g, '$1')
    .replace(
      /<\/?(?:a|b|i|em|strong|span|code|u|s|mark|small|sub|sup|abbr|q|cite|kbd)(?:\s[^<>]{0,500})?>/gi,
      '',
    )
    .replace(/<\/?[a-zA-Z][^<>]{0,500}>|<!--.{0,500}?-->/g, ' ')
    .replace(/`+([^`]*)`+/g, '$1')
    .replace(/(\*\*|__|~~)(?=\S)(.{1,1000}?)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*]+?)\*(?![\p{L}\p{N}*])/gu, '$1')
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_]+?)_(?![\p{L}\p{N}_])/gu, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1')
    .replace(/&(amp|lt|gt|quot|apos|nbsp|mdash|ndash|hellip);/g, (_, name: string) => ENTITIES[name]!)
    .replace(/\s+/g, ' ')
    .trim();
}

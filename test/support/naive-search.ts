import { RE2JS } from 're2js';
import { excerpt, shortened } from '../../server/files/search/excerpt.ts';
import type { LineMatch, LineQuery } from '../../server/files/search/query.ts';
import type { TextEncoding } from '../../server/files/text/encoding.ts';

/** What a search of lines that are not long must find: each line on its own, by the reference engine. */
export function naiveSearch(
  text: string,
  query: LineQuery,
  encoding: TextEncoding = 'utf-8',
  bom = 0,
): Omit<LineMatch, 'key'>[] {
  const lines = linesOf(text);
  const unit = encoding.startsWith('utf-16') ? 2 : 1;
  const size = (part: string) => (encoding === 'utf-8' ? Buffer.byteLength(part) : part.length * unit);
  const expression = RE2JS.compile(
    query.mode === 'literal' ? RE2JS.quote(query.pattern) : query.pattern,
    query.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0,
  );
  const found: Omit<LineMatch, 'key'>[] = [];
  let offset = bom;
  lines.forEach(({ content, whole }, index) => {
    const matcher = expression.matcher(content);
    for (let from = 0; ; ) {
      if (!matcher.find(from)) break;
      const shown = excerpt(content, { start: matcher.start(), end: matcher.end() }, from);
      found.push({
        line: index + 1,
        text: content.slice(shown.start, shown.end),
        cut: shown.end - shown.start < content.length,
        offset: offset + size(content.slice(0, matcher.start())),
        before: lines
          .slice(Math.max(0, index - query.contextLines), index)
          .map((line) => shortened(line.content)),
        after: lines.slice(index + 1, index + 1 + query.contextLines).map((line) => shortened(line.content)),
      });
      from = shown.end;
      if (from >= content.length) break;
    }
    offset += size(whole);
  });
  return found;
}

function linesOf(text: string): { content: string; whole: string }[] {
  const lines = text.split('\n').map((line, index, all) => {
    const isLast = index === all.length - 1;
    return {
      content: isLast || !line.endsWith('\r') ? line : line.slice(0, -1),
      whole: isLast ? line : `${line}\n`,
    };
  });
  if (lines.at(-1)!.whole === '') lines.pop();
  return lines;
}

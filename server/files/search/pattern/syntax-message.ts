/**
 * Says what is wrong with a pattern, where, and what to write instead.
 * @param fragment the part of the pattern that the parser stopped at
 */
export function syntaxMessage(pattern: string, description: string, fragment: string | null): string {
  const at = fragment ? pattern.indexOf(fragment) : -1;
  const where = at === -1 ? '' : ` at character ${at + 1}, ${JSON.stringify(shortened(fragment!))}`;
  const advice =
    adviceFor(pattern, fragment ?? '') ?? 'To search for the text as it is, use the literal mode';
  return `the regular expression is not valid (RE2 syntax): ${description}${where}. ${advice}`;
}

function adviceFor(pattern: string, fragment: string): string | undefined {
  if (/^\(\?(<?[=!]|>)/.test(fragment)) {
    return 'Lookaround and atomic groups are not supported: match the surrounding text too, or search for one part and check the lines that come back';
  }
  if (/^\\[1-9k]/.test(fragment)) {
    return 'Backreferences are not supported: search for one part and check the lines that come back';
  }
  if (/^[*+?]\+|^\{[^}]*\}\+/.test(fragment))
    return 'Possessive quantifiers are not supported: leave out the second +';
  if (/^\{/.test(fragment)) return 'Repeat counts go up to 1000, also those of nested groups together';
  if (/^\\u/.test(fragment)) return 'Write characters by number as \\x{41}';
  if (/^\\Z/.test(fragment)) return 'The end of a line is $';
  if (/^\\[hR]/.test(fragment)) return 'Blanks are [ \\t]; lines are searched one by one';
  if (/^\(\?[#x]/.test(fragment)) return 'Comments and the flag x are not supported: leave them out';
  if (/^[()[\]]/.test(fragment) || pattern.endsWith('\\')) {
    return `A character that is meant as it is needs a backslash, or use the literal mode`;
  }
  return undefined;
}

function shortened(fragment: string): string {
  return fragment.length > 40 ? `${fragment.slice(0, 40)}…` : fragment;
}

import type { Node } from 'jsonc-parser';

/** How a file is written already. */
export interface JsonStyle {
  /** One step of indentation. */
  indent: string;
  eol: string;
}

export function styleOf(text: string): JsonStyle {
  return {
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/**
 * Text with one more member in an object, or element in an array, as the last. Not a character of what is there
 * changes: an editor's formatter would rewrite the neighbours.
 *
 * @param container node of `text` that takes it
 * @param name of the member; undefined for an array's element
 */
export function insertLast(
  text: string,
  container: Node,
  name: string | undefined,
  value: unknown,
  style: JsonStyle,
): string {
  const last = container.children?.at(-1);
  const outer = lineIndent(text, container.offset);
  const label = name === undefined ? '' : `${JSON.stringify(name)}: `;
  if (last === undefined) {
    const open = container.offset + 1;
    const inner = text.slice(open, container.offset + container.length - 1);
    const indent = outer + style.indent;
    const close = inner.includes('\n') ? '' : style.eol + outer;
    return splice(text, open, 0, `${style.eol}${indent}${label}${printed(value, indent, style)}${close}`);
  }
  const end = last.offset + last.length;
  if (!text.slice(container.offset, last.offset).includes('\n')) {
    return splice(text, end, 0, `, ${label}${JSON.stringify(value)}`);
  }
  const indent = lineIndent(text, last.offset);
  return splice(text, end, 0, `,${style.eol}${indent}${label}${printed(value, indent, style)}`);
}

/** Text with another value in the place of a node's. */
export function replaceValue(text: string, node: Node, value: unknown, style: JsonStyle): string {
  return splice(text, node.offset, node.length, printed(value, lineIndent(text, node.offset), style));
}

function printed(value: unknown, indent: string, { indent: step, eol }: JsonStyle): string {
  return JSON.stringify(value, null, step).replaceAll('\n', eol + indent);
}

/** The white space that begins the line. */
function lineIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];
}

function splice(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}

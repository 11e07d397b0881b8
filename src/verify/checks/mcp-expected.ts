import { type Outcome, ok, type WalkFile, wrong } from '../check.ts';

/** Tools that every service has. */
const TOOLS = ['list_files', 'read_file', 'read_files', 'search_files', 'file_info', 'summarize_file'];

export function missingTools(tools: { name: string }[]): string[] {
  const names = new Set(tools.map(({ name }) => name));
  return TOOLS.filter((name) => !names.has(name));
}

/** Whether a result of read_file is the beginning of the file. */
export function shownPage(result: { content?: unknown; isError?: unknown }, file: WalkFile): Outcome {
  const texts = Array.isArray(result.content)
    ? (result.content as { text?: unknown }[]).map(({ text }) => text)
    : [];
  const text = texts[0];
  if (result.isError === true || typeof text !== 'string')
    return wrong(`an error: ${String(text).slice(0, 160)}`);
  if (file.content !== undefined && !file.content.toString().startsWith(text)) {
    return wrong(`another text: ${text.slice(0, 160)}`);
  }
  if (text === '') return wrong('an empty text');
  return ok(`${Buffer.byteLength(text)} bytes of ${file.key}`);
}

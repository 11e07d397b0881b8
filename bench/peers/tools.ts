import { z } from 'zod';
import { toolList } from '../../server/mcp/tool-list.ts';

/** A tool as both libraries take it. */
export interface PeerTool {
  name: string;
  config: { title: string; description: string; inputSchema: z.ZodRawShape; outputSchema?: z.ZodRawShape };
}

/** Our seven tools, declared anew: what a server does that is made for each request, as in the libraries' examples. */
export function declareTools(): PeerTool[] {
  const inputs = inputShapes();
  const outputs = outputShapes();
  return toolList({ allowWrites: true }).map(({ name, title, description, annotations }) => {
    const inputSchema = inputs[name];
    if (inputSchema === undefined) throw new Error(`bench/peers/tools.ts does not know the tool ${name}`);
    const outputSchema = outputs[name];
    return {
      name,
      config: { title, description, inputSchema, ...(outputSchema && { outputSchema }), annotations },
    };
  });
}

function inputShapes(): Record<string, z.ZodRawShape> {
  const key = () => z.string().min(1).max(1024).describe('Key of the file, exactly as listed.');
  const count = (most: number, what: string) => z.number().int().min(1).max(most).optional().describe(what);
  const cursor = () => z.string().min(1).optional().describe('`next_cursor` of the page before.');
  const prefix = () => z.string().max(1024).optional().describe('Only keys that start with this.');
  return {
    list_files: {
      prefix: prefix(),
      recursive: z.boolean().optional().describe('Default true: all depths. False: one level.'),
      limit: count(500, 'Most entries on the page. Default 200.'),
      cursor: cursor(),
    },
    read_file: {
      file_key: key(),
      from_line: count(1e9, 'First line to read, counted from 1. Default 1.'),
      lines: count(100_000, 'Most lines to read. Default: as many as fit on a page.'),
      tail: count(100_000, 'Instead: the last so many lines, such as of a log.'),
      offset: z.number().int().min(0).optional().describe('Instead: the byte to read from.'),
      length: count(40_000, 'Bytes to read from `offset`.'),
    },
    read_files: {
      file_keys: z.array(key()).min(1).max(20).describe('Keys of the files, exactly as listed.'),
    },
    search_files: {
      pattern: z.string().min(1).max(1000).describe('What to look for within a line.'),
      mode: z.enum(['literal', 'regex']).optional().describe('Default "literal". "regex": RE2 syntax.'),
      ignore_case: z.boolean().optional().describe('Default false.'),
      prefix: prefix(),
      glob: z.string().min(1).max(256).optional().describe('Only files like this: "*.md".'),
      context_lines: z.number().int().min(0).max(10).optional().describe('Lines before and after a match.'),
      limit: count(500, 'Most matches on the page.'),
      cursor: cursor(),
    },
    file_info: { file_key: key() },
    summarize_file: {
      file_key: key(),
      style: z.enum(['paragraph', 'bullets', 'tldr']).optional().describe('Default paragraph.'),
      max_words: count(2000, 'Most words of the summary.'),
      focus: z.string().max(500).optional().describe('Words or a question that matter to the reader.'),
      model: z.string().min(1).max(200).optional().describe('Who writes the summary.'),
      refresh: z.boolean().optional().describe('Write the summary anew also when one is cached.'),
    },
    write_file: {
      file_key: key(),
      content: z.string().describe('The whole text of the file. Stored as UTF-8.'),
      if_match: z.string().min(1).optional().describe('Replace the file only if it still has this etag.'),
      overwrite: z.boolean().optional().describe('Replace an existing file whatever it holds.'),
    },
  };
}

function outputShapes(): Record<string, z.ZodRawShape> {
  const whole = () => z.number().int();
  const said = (what: string) => z.string().optional().describe(what);
  const match = z.object({
    line: whole().describe('From 1: a `from_line` for read_file.'),
    text: z.string().describe('The line, or the part of a long one around the match.'),
    offset: whole().optional(),
    before: z.array(z.string()).optional(),
    after: z.array(z.string()).optional(),
  });
  return {
    list_files: {
      files: z.array(z.object({ key: z.string(), size: whole(), last_modified: z.string() })),
      folders: z.array(z.string()).describe('Prefixes of deeper keys.'),
      next_cursor: said('Present exactly when there is more.'),
    },
    search_files: {
      files: z.array(z.object({ file_key: z.string(), matches: z.array(match) })),
      searched_files: whole().describe('Files finished in this call.'),
      searched_bytes: whole(),
      skipped_binary: whole().optional(),
      unreadable: whole().optional(),
      failures: z.array(z.object({ file_key: z.string(), reason: z.string() })).optional(),
      complete: z.boolean().describe('Whether everything asked for has been searched by now.'),
      note: said('Why it is not complete, and what to do.'),
      next_cursor: said('Present exactly when there is more to search.'),
    },
    file_info: {
      file_key: z.string(),
      size: whole().describe('Bytes.'),
      last_modified: z.string().describe('ISO 8601, UTC.'),
      etag: z.string().describe('Changes whenever the content does.'),
      content_type: said('As it was stored.'),
      text: z.boolean().describe('Whether read_file and summarize_file can read it.'),
      encoding: said('Encoding of the text.'),
      lines: whole().optional().describe('Lines of the text.'),
    },
    write_file: { file_key: z.string(), size: whole().describe('Bytes.'), etag: z.string() },
  };
}

import type { Tool } from './tool.ts';
import { fileInfo } from './tools/file-info.ts';
import { listFiles } from './tools/list-files.ts';
import { readFile } from './tools/read-file.ts';
import { readFiles } from './tools/read-files.ts';
import { searchFiles } from './tools/search-files.ts';
import { summarizeFile } from './tools/summarize-file.ts';
import { writeFile } from './tools/write-file.ts';

/** The tools that only look, in the order in which clients are shown them. A new one is added here and nowhere else. */
export const TOOLS: readonly Tool[] = [listFiles, readFile, readFiles, searchFiles, fileInfo, summarizeFile];

/** The tools of a server. One that may not write does not offer to. */
export function toolList({ allowWrites = false }: { allowWrites?: boolean | undefined }): readonly Tool[] {
  return allowWrites ? [...TOOLS, writeFile] : TOOLS;
}

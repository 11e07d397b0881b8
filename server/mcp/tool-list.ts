import type { Tool } from './tool.ts';
import { fileInfo } from './tools/file-info.ts';
import { listFiles } from './tools/list-files.ts';
import { readFile } from './tools/read-file.ts';
import { searchFiles } from './tools/search-files.ts';
import { summarizeFile } from './tools/summarize-file.ts';

/** The tools, in the order in which clients are shown them. A new tool is added here and nowhere else. */
export const TOOLS: readonly Tool[] = [listFiles, readFile, searchFiles, fileInfo, summarizeFile];

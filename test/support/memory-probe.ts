/**
 * Puts and summarizes far more than memory should hold, with a signal as the server does, and prints the most
 * memory that the process held, in megabytes. Run by test/server/flat-memory.test.ts.
 */
import { Readable } from 'node:stream';
import { createFolderStore } from '../../server/files/folder-store.ts';
import { openText } from '../../server/files/text/open-text.ts';
import { createExtractiveSummarizer } from '../../server/summaries/extractive/extractive.ts';

const [folder, megabytes] = [process.argv[2]!, Number(process.argv[3])];
const { signal } = new AbortController();
const block = Buffer.from(
  'The harbour was closed in winter because of the ice, and nobody minded. '.repeat(14_000),
);

function* content() {
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += block.length) yield Buffer.from(block);
}

const store = await createFolderStore({ folder });
await store.put('large.txt', Readable.from(content()), { signal });
const put = process.resourceUsage().maxRSS / 1024;
const { text } = await openText(store, 'large.txt', { signal });
const request = { key: 'large.txt', style: 'tldr', maxWords: 30, signal } as const;
await createExtractiveSummarizer().summarize({ ...request, text });
process.stdout.write(JSON.stringify({ put, summarized: process.resourceUsage().maxRSS / 1024 }));

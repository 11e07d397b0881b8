import { Readable } from 'node:stream';
import type { FileStore } from '../../server/app.ts';
import { CliError } from '../../src/errors.ts';
import { storeUpload } from '../../src/targets/store-upload.ts';
import { type Asking, ask, Breach, callTool, messagesOf, type Outcome, refusal } from './ask.ts';
import { type SoakFile, sha256 } from './files.ts';

/** What a client needs to do its work. */
export interface Working extends Asking {
  files: readonly SoakFile[];
  written: Written;
  /** The bucket as `upload` works on it. */
  bucket: FileStore;
}

/** What this client wrote: by key the digests of what may be there, `absent` where nothing may be. */
export interface Written {
  folder: string;
  /** The number of the key that is written next. */
  next: number;
  allowed: Map<string, Set<string>>;
}

const KEYS = 8;
/** Bytes that are uploaded in two parts. */
const IN_PARTS = 9_000_000;
const STYLES = ['paragraph', 'bullets', 'tldr'] as const;

const encoded = ({ key }: SoakFile) => encodeURIComponent(key);
const expectThat = (holds: boolean, what: string): void => {
  if (!holds) throw new Breach(what);
};

async function listFiles(working: Working): Promise<Outcome> {
  const folder = working.chance.whole(0, 9);
  const result = await callTool(working, 'list_files', { prefix: `notes/${folder}/` });
  if (result === undefined) return 'refused';
  const keys = result.structuredContent.files.map(({ key }: { key: string }) => key).sort();
  const there = working.files.map(({ key }) => key).filter((key) => key.startsWith(`notes/${folder}/`));
  expectThat(JSON.stringify(keys) === JSON.stringify(there.sort()), `list_files: ${keys}`);
  return 'done';
}

async function readFile(working: Working): Promise<Outcome> {
  const { key, text } = working.chance.of(working.files);
  const lines = text.split(/(?<=\n)/);
  const first = working.chance.whole(1, lines.length);
  const count = working.chance.whole(1, 20);
  const result = await callTool(working, 'read_file', { file_key: key, from_line: first, lines: count });
  if (result === undefined) return 'refused';
  const expected = lines.slice(first - 1, first - 1 + count).join('');
  expectThat(result.content[0]!.text === expected, `read_file: other lines of ${key} from ${first}`);
  return 'done';
}

async function download(working: Working): Promise<Outcome> {
  const file = working.chance.of(working.files);
  const answer = await ask(working, `/file?key=${encoded(file)}`);
  if (answer.status !== 200) return refusal(answer);
  // The storage failed behind the headers: cut, so that half a file does not look whole.
  if (answer.body === undefined) return 'cut';
  expectThat(sha256(answer.body) === file.sha256, `GET /file: other bytes of ${file.key}`);
  return 'done';
}

async function downloadPart(working: Working): Promise<Outcome> {
  const file = working.chance.of(working.files);
  const whole = Buffer.from(file.text);
  const start = working.chance.whole(0, whole.length - 1);
  const end = Math.min(start + working.chance.whole(0, 50_000), whole.length - 1);
  const headers = { range: `bytes=${start}-${end}` };
  const answer = await ask(working, `/file?key=${encoded(file)}`, { headers });
  if (answer.status !== 206) return refusal(answer);
  if (answer.body === undefined) return 'cut';
  expectThat(answer.body.equals(whole.subarray(start, end + 1)), `GET /file: other part of ${file.key}`);
  return 'done';
}

/** All of a prefix, page after page: what is found, unless files could not be read, is all there is. */
async function search(working: Working): Promise<Outcome> {
  const number = working.chance.whole(0, working.files.length - 1);
  const pattern = `island ${number} is`;
  const mode = working.chance.of(['literal', 'regex'] as const);
  const args = { pattern, prefix: `notes/${number % 10}/`, mode, limit: 500 };
  let cursor: string | undefined;
  let found = 0;
  let unreadable = false;
  do {
    const result = await callTool(working, 'search_files', { ...args, ...(cursor && { cursor }) });
    if (result === undefined) return 'refused';
    const { files, next_cursor } = result.structuredContent;
    for (const { matches } of files) found += matches.length;
    unreadable ||= result.structuredContent.unreadable !== undefined;
    cursor = next_cursor;
  } while (cursor !== undefined);
  const expected = working.files.reduce((sum, { text }) => sum + text.split(pattern).length - 1, 0);
  expectThat(unreadable ? found <= expected : found === expected, `search_files: ${found} of ${expected}`);
  return unreadable ? 'refused' : 'done';
}

async function summarizeByTool(working: Working): Promise<Outcome> {
  const { key } = working.chance.of(working.files);
  const args = { file_key: key, style: working.chance.of(STYLES), refresh: working.chance.next() < 0.5 };
  const result = await callTool(working, 'summarize_file', args);
  if (result === undefined) return 'refused';
  expectThat(result.content[0]!.text.includes('harbour'), `summarize_file: ${result.content[0]!.text}`);
  return 'done';
}

async function summarize(working: Working): Promise<Outcome> {
  const { key } = working.chance.of(working.files);
  const asked = { file_key: key, style: working.chance.of(STYLES), refresh: working.chance.next() < 0.5 };
  const model = working.chance.next() < 0.2 ? { model: 'extractive-1' } : {};
  const events = working.chance.next() < 0.5;
  const answer = await ask(working, '/summarize', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: events ? 'text/event-stream' : 'application/json',
    },
    body: JSON.stringify({ ...asked, ...model }),
  });
  if (answer.status !== 200) return refusal(answer);
  const last = answer.body && messagesOf(answer.body.toString()).at(-1);
  if (last && 'error' in last) return 'refused';
  expectThat(typeof last?.summary === 'string', `POST /summarize: ended with ${JSON.stringify(last)}`);
  return 'done';
}

async function writeFile(working: Working): Promise<Outcome> {
  const { written, chance } = working;
  const key = `${written.folder}/${written.next}.txt`;
  const content = `${chance.next()} é日😀\n`.repeat(chance.whole(1, 2000));
  const result = await callTool(working, 'write_file', { file_key: key, content, overwrite: true });
  return noted(working, key, sha256(content), result !== undefined);
}

/** What `mcp-s3 upload` does with one file, in this process. Few are large: the bucket is in memory. */
async function upload(working: Working): Promise<Outcome> {
  const { written, chance, bucket } = working;
  const key = `${written.folder}/${written.next}.bin`;
  const inParts = chance.next() < 0.04;
  const size = inParts ? IN_PARTS : chance.whole(0, 200_000);
  const content = Buffer.alloc(size, `${chance.next()}`);
  const body = inParts
    ? Readable.from([content.subarray(0, 5_000_000), content.subarray(5_000_000)])
    : content;
  const options = { noClobber: false, onProgress: () => {}, signal: new AbortController().signal };
  const done = await storeUpload(bucket, { key, open: async () => ({ body, size }) }, options).then(
    () => true,
    (error) => {
      if (error instanceof CliError) return false;
      throw error;
    },
  );
  return noted(working, key, sha256(content), done);
}

function noted({ written, chance }: Working, key: string, digest: string, done: boolean): Outcome {
  if (!done) {
    // Whether it was done is not known: the key is left alone from now on, so that nothing overtakes it.
    written.allowed.set(key, new Set([...(written.allowed.get(key) ?? ['absent']), digest]));
    written.next += KEYS;
    return 'refused';
  }
  written.allowed.set(key, new Set([digest]));
  const base = written.next - (written.next % KEYS);
  written.next = base + chance.whole(0, KEYS - 1);
  return 'done';
}

export const ACTIONS: readonly (readonly [number, string, (working: Working) => Promise<Outcome>])[] = [
  [15, 'list_files', listFiles],
  [25, 'read_file', readFile],
  [8, 'GET /file', download],
  [8, 'GET /file, a range', downloadPart],
  [8, 'search_files', search],
  [8, 'summarize_file', summarizeByTool],
  [8, 'POST /summarize', summarize],
  [10, 'write_file', writeFile],
  [3, 'upload', upload],
];

import { ServiceError } from '../../errors.ts';
import type { PlainFile } from '../folder/plain-file-reader.ts';
import { PlainFileReader } from '../folder/plain-file-reader.ts';
import { SNIFF_BYTES, type SniffedText, sniff } from '../text/sniff.ts';
import { FileScan, type ScanSink } from './file-scan.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { MayMatch } from './may-match.ts';
import type { LineMatch, ScanPosition, SearchBudget, StopReason } from './query.ts';
import { quickLook } from './quick-look.ts';
import type { SearchMessage, SearchReply } from './worker-messages.ts';

/** Files up to this are read in one go, larger ones in blocks of it. */
const BLOCK = 2 * 1024 * 1024;

type Start = Extract<SearchMessage, { kind: 'start' }>;
type Content = Extract<SearchMessage, { kind: 'content' }>;

/** One search, as the thread sees it: files come in, matches go out, until a budget ends. */
export class SearchRun implements ScanSink {
  readonly #matcher: Matcher;
  readonly #mayMatch: MayMatch;
  readonly #contextLines: number;
  readonly #budget: SearchBudget;
  readonly #deadline: number;
  readonly #shared: Int32Array;
  readonly #reader: PlainFileReader | undefined;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  /** The file that is being searched. */
  #key = '';
  #reply = emptyReply();
  #taken = { matches: 0, output: 0, bytes: 0 };
  /** Something was searched: before that no budget ends a search, so that every call comes further. */
  #hasWorked = false;
  #reason: StopReason | undefined;
  /** A file that comes from the store: bytes until there are enough to sniff, then its scan. */
  #first: Buffer[] = [];
  #scan: FileScan | undefined;

  /** Throws `bad_request` for a pattern that cannot be searched for. */
  constructor({ query, budget, shared, root }: Start) {
    this.#matcher = createMatcher(query);
    this.#mayMatch = new MayMatch(this.#matcher.filter);
    this.#contextLines = query.contextLines;
    this.#budget = budget;
    this.#deadline = performance.now() + budget.timeMs;
    this.#shared = shared;
    this.#reader = root === undefined ? undefined : new PlainFileReader(root);
  }

  take(match: Omit<LineMatch, 'key'>): boolean {
    const whole = { key: this.#key, ...match };
    const size = Buffer.byteLength(JSON.stringify(match));
    if (this.#taken.matches >= this.#budget.matches) this.#reason = 'matches';
    else if (this.#taken.matches > 0 && this.#taken.output + size > this.#budget.output)
      this.#reason = 'output';
    if (this.#reason) return false;
    this.#taken.matches++;
    this.#taken.output += size;
    this.#reply.matches.push(whole);
    return true;
  }

  isOver(): boolean {
    const isOver = this.#isOver();
    this.#hasWorked = true;
    return isOver;
  }

  /** Files of the folder, until one must come through the store or a budget ends. */
  files(keys: readonly string[], position: ScanPosition | undefined): SearchReply {
    for (const [index, key] of keys.entries()) {
      this.#shared[1] = index;
      if (this.#isOver()) return this.#send({ done: index, stopped: { reason: this.#reason! } });
      const file = this.#reader!.open(key);
      if (!file) return this.#send({ done: index, needsStore: true });
      this.#key = key;
      let stopped: ScanPosition | undefined;
      try {
        stopped = this.#plainFile(file, index === 0 ? position : undefined);
      } finally {
        file.close();
      }
      if (stopped) return this.#send({ done: index, stopped: { reason: this.#reason!, position: stopped } });
    }
    return this.#send({ done: keys.length });
  }

  /** The next bytes of a file. The reply says whether it is done with. */
  content({ key, bytes: taken, isFirst, isLast, position }: Content): SearchReply {
    const bytes = Buffer.from(taken.buffer, taken.byteOffset, taken.byteLength);
    if (isFirst) {
      if (this.#isOver()) return this.#send({ done: 0, stopped: { reason: this.#reason! } });
      this.#key = key;
      this.#first = [];
      this.#scan = position && this.#scanFrom(position);
    }
    if (this.#scan) return this.#sendScanned(this.#scan, bytes, isLast);
    this.#first.push(bytes);
    const first = this.#first.length === 1 ? bytes : Buffer.concat(this.#first);
    if (isLast && isFirst) {
      const stopped = this.#whole(first);
      if (stopped) return this.#send({ done: 0, stopped: { reason: this.#reason!, position: stopped } });
      return this.#send({ done: 1 });
    }
    if (!isLast && first.length < SNIFF_BYTES) return this.#send({ done: 0 });
    const sniffed = this.#sniff(first, isLast);
    if (!sniffed) return this.#send({ done: 1 });
    this.#scan = this.#scanFrom(startOf(sniffed));
    return this.#sendScanned(this.#scan, first.subarray(sniffed.bom), isLast);
  }

  #sendScanned(scan: FileScan, bytes: Buffer, isLast: boolean): SearchReply {
    const goesOn = scan.push(bytes, isLast);
    this.#count(bytes.length);
    if (goesOn) return this.#send({ done: 0 });
    this.#scan = undefined;
    const position = scan.stopped;
    if (position) return this.#send({ done: 0, stopped: { reason: this.#reason!, position } });
    this.#reply.searched.files++;
    return this.#send({ done: 1 });
  }

  #plainFile(file: PlainFile, position: ScanPosition | undefined): ScanPosition | undefined {
    const size = file.size;
    if (!position && size <= BLOCK) return this.#whole(this.#block.subarray(0, file.read(this.#block, 0)));
    let start = position;
    if (!start) {
      const first = this.#block.subarray(0, file.read(this.#block.subarray(0, SNIFF_BYTES), 0));
      const sniffed = this.#sniff(first, false);
      if (!sniffed) return undefined;
      start = startOf(sniffed);
    }
    const scan = this.#scanFrom(start);
    for (let at = start.offset, goesOn = true; goesOn; ) {
      const length = file.read(this.#block, at);
      at += length;
      // A file that has become shorter ends where it ends now.
      goesOn = scan.push(this.#block.subarray(0, length), at >= size || length === 0);
      this.#count(length);
    }
    if (!scan.stopped) this.#reply.searched.files++;
    return scan.stopped;
  }

  /** A whole file. Returns where it stopped. */
  #whole(bytes: Buffer): ScanPosition | undefined {
    const look = quickLook(bytes);
    if (look === 'binary') {
      this.#reply.binary++;
      return undefined;
    }
    if (look === 'text' && !this.#mayMatch.of(bytes)) {
      this.#count(bytes.length);
      this.#reply.searched.files++;
      return undefined;
    }
    const sniffed = this.#sniff(bytes.subarray(0, SNIFF_BYTES), bytes.length <= SNIFF_BYTES);
    if (!sniffed) return undefined;
    const scan = this.#scanFrom(startOf(sniffed));
    scan.push(bytes.subarray(sniffed.bom), true);
    this.#count(scan.stopped?.searchFrom ?? bytes.length);
    if (!scan.stopped) this.#reply.searched.files++;
    return scan.stopped;
  }

  #sniff(first: Buffer, isComplete: boolean): SniffedText | undefined {
    try {
      return sniff(this.#key, first.subarray(0, SNIFF_BYTES), isComplete && first.length <= SNIFF_BYTES);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'not_text') throw error;
      this.#reply.binary++;
      return undefined;
    }
  }

  #scanFrom(position: ScanPosition): FileScan {
    return new FileScan(this.#matcher, position, this.#contextLines, this);
  }

  /** Only behind the work: before it, a budget that is used up would end it at the same place again and again. */
  #count(bytes: number): void {
    this.#taken.bytes += bytes;
    this.#reply.searched.bytes += bytes;
    if (bytes > 0) this.#hasWorked = true;
  }

  #isOver(): boolean {
    if (this.#reason) return true;
    if (Atomics.load(this.#shared, 0) !== 0) this.#reason = 'time';
    else if (!this.#hasWorked) return false;
    else if (this.#taken.bytes >= this.#budget.bytes) this.#reason = 'bytes';
    else if (performance.now() >= this.#deadline) this.#reason = 'time';
    return this.#reason !== undefined;
  }

  #send(reply: Pick<SearchReply, 'done' | 'needsStore' | 'stopped'>): SearchReply {
    const sent = { ...this.#reply, ...reply };
    this.#reply = emptyReply();
    return sent;
  }
}

function startOf({ bom, encoding, undecided }: SniffedText): ScanPosition {
  return { offset: bom, line: 1, searchFrom: bom, encoding, undecided };
}

export function emptyReply(): SearchReply {
  return { matches: [], searched: { files: 0, bytes: 0 }, binary: 0, done: 0 };
}

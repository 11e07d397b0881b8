import { createHash, timingSafeEqual } from 'node:crypto';
import type { LocalKey, LocalKeys } from './local-keys.ts';

/** How soon a running server notices that a key was made, rotated or revoked. */
const RELOAD_MS = 1000;

interface Entry {
  key: LocalKey;
  digest: Buffer;
  /** Milliseconds since the epoch; the old value of a rotated key ends. */
  until?: number;
}

/** The keys as the running gateway checks them: in memory, read again as the file changes. */
export class KeyRing {
  private entries: Entry[];
  private readonly keys: LocalKeys;
  private readonly now: () => number;
  private readonly timer: NodeJS.Timeout;

  private constructor(keys: LocalKeys, first: LocalKey[], now: () => number) {
    this.keys = keys;
    this.now = now;
    this.entries = entriesOf(first);
    this.timer = setInterval(() => void this.reload(), RELOAD_MS).unref();
  }

  static async open(keys: LocalKeys, now: () => number): Promise<KeyRing> {
    return new KeyRing(keys, await keys.all(), now);
  }

  /**
   * The key that was presented. Every entry is compared, by digests of one length in constant time, so that the
   * answer's time says nothing about the keys.
   */
  find(presented: string | undefined): LocalKey | undefined {
    const digest = digestOf(presented ?? '');
    let found: LocalKey | undefined;
    for (const entry of this.entries) {
      const equal = timingSafeEqual(entry.digest, digest);
      if (equal && (entry.until === undefined || entry.until > this.now())) found = entry.key;
    }
    return presented === undefined ? undefined : found;
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** A file that is corrupt or gone for the moment changes nothing: the keys known so far stay. */
  private async reload(): Promise<void> {
    const keys = await this.keys.file.read().catch(() => undefined);
    if (keys !== undefined) this.entries = entriesOf(keys.keys);
  }
}

function entriesOf(keys: LocalKey[]): Entry[] {
  return keys.flatMap((key) => {
    const entry: Entry = { key, digest: digestOf(key.value) };
    const { previous } = key;
    if (previous === undefined) return [entry];
    return [entry, { key, digest: digestOf(previous.value), until: Date.parse(previous.until) }];
  });
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

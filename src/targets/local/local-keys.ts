import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { failed, usageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { DEFAULT_KEY_NAME, type KeyAdmin, type KeyInfo } from '../key-admin.ts';
import { checkKeyName } from '../key-name.ts';
import { StateFile } from './state-file.ts';

const limits = z.strictObject({
  rateLimit: z.optional(z.number()),
  burst: z.optional(z.number()),
  mcpRateLimit: z.optional(z.number()),
  mcpBurst: z.optional(z.number()),
  quota: z.optional(z.number()),
});

const key = z.strictObject({
  name: z.string(),
  value: z.string().check(z.minLength(20)),
  created_at: z.iso.datetime(),
  previous: z.optional(z.strictObject({ value: z.string(), until: z.iso.datetime() })),
  /** Limits of this key's own, instead of the stage's. */
  limits: z.optional(limits),
});

const keysFile = z.strictObject({ keys: z.array(key) });

export type LocalKey = z.infer<typeof key>;

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 40 characters of 57: 233 bits. API Gateway asks for 20 characters at least. */
function newKeyValue(): string {
  return Array.from({ length: 40 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** API keys of a local bucket, in `keys.json` of its state. The default key is made when first needed. */
export class LocalKeys implements KeyAdmin {
  readonly file: StateFile<z.infer<typeof keysFile>>;
  private readonly now: () => number;

  constructor(stateFolder: string, now: () => number) {
    this.file = new StateFile(join(stateFolder, 'keys.json'), keysFile);
    this.now = now;
  }

  /** All keys, with the default one made if it is missing. */
  async all(): Promise<LocalKey[]> {
    const present = await this.file.read();
    if (present?.keys.some(({ name }) => name === DEFAULT_KEY_NAME)) return present.keys;
    const made = await this.file.update((current) => {
      const keys = current?.keys ?? [];
      if (keys.some(({ name }) => name === DEFAULT_KEY_NAME)) return undefined;
      return { keys: [this.newKey(DEFAULT_KEY_NAME), ...keys] };
    });
    return made!.keys;
  }

  async show(name = DEFAULT_KEY_NAME): Promise<KeyInfo & { value: string }> {
    const found = find(await this.all(), name);
    return { ...info(found), value: found.value };
  }

  async list(): Promise<KeyInfo[]> {
    return (await this.all()).map(info);
  }

  async create(name: string): Promise<KeyInfo> {
    checkKeyName(name);
    await this.all();
    const made = this.newKey(name);
    await this.file.update((current) => {
      const keys = current!.keys;
      if (keys.some((other) => other.name === name)) {
        throw failed('key_exists', `there is a key named ${name} already`, [
          `see it with: mcp-s3 key show ${name} --local`,
          `or give it a new value with: mcp-s3 key rotate ${name} --local`,
        ]);
      }
      return { keys: [...keys, made] };
    });
    return info(made);
  }

  async rotate(name: string, graceMs: number): Promise<KeyInfo> {
    await this.all();
    const after = await this.file.update((current) => {
      const old = find(current!.keys, name);
      const { previous: _, ...rest } = old;
      const rotated: LocalKey = { ...rest, value: newKeyValue(), created_at: this.timestamp() };
      if (graceMs > 0) rotated.previous = { value: old.value, until: this.timestamp(graceMs) };
      return { keys: current!.keys.map((each) => (each === old ? rotated : each)) };
    });
    return info(find(after!.keys, name));
  }

  async revoke(name: string): Promise<void> {
    if (name === DEFAULT_KEY_NAME) {
      throw usageError('the default key cannot be revoked', [
        'give it a new value: mcp-s3 key rotate --grace 0s --local',
      ]);
    }
    await this.all();
    await this.file.update((current) => {
      const gone = find(current!.keys, name);
      return { keys: current!.keys.filter((each) => each !== gone) };
    });
  }

  private newKey(name: string): LocalKey {
    return { name, value: newKeyValue(), created_at: this.timestamp() };
  }

  private timestamp(offsetMs = 0): string {
    return new Date(this.now() + offsetMs).toISOString();
  }
}

function find(keys: LocalKey[], name: string): LocalKey {
  const found = keys.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = keys.map((each) => each.name);
  const meant = nearest(name, names);
  throw failed('no_such_key', `there is no key named ${JSON.stringify(name)}`, [
    meant === undefined ? `keys: ${names.join(', ')}` : `did you mean ${meant}?`,
  ]);
}

function info({ name, created_at, previous }: LocalKey): KeyInfo {
  return previous === undefined ? { name, created_at } : { name, created_at, previous_until: previous.until };
}

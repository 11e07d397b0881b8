import {
  type ApiKey,
  apiKeyValue,
  createApiKey,
  deleteApiKey,
  enableApiKey,
  findApiKey,
  listApiKeys,
  tagApiKey,
} from '../../aws/api-keys.ts';
import type { RegionalConnection } from '../../aws/connection.ts';
import { secretValue } from '../../aws/secrets.ts';
import { failed, usageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { updateParameters } from '../../stack/update-parameters.ts';
import { DEFAULT_KEY_NAME, type KeyAdmin, type KeyInfo } from '../key-admin.ts';
import { checkKeyName } from '../key-name.ts';
import { type DeployedStack, outputOf, STAGE_TAG } from './deployed-stack.ts';
import {
  currentSlot,
  EXPIRES_TAG,
  KEY_NAME_TAG,
  type KeySlots,
  oldSlot,
  type Slot,
  slotsOf,
  withFresh,
  withoutOld,
} from './key-slots.ts';

const CLEAN_UP_MS = 20_000;

export interface AwsKeysOptions {
  connection: RegionalConnection;
  stack: DeployedStack;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Waits until the gateway lets this key in. */
  accepted: (value: string) => Promise<void>;
}

/** API keys of a stage on AWS: the default one belongs to the stack, the others are made by the API. */
export class AwsKeys implements KeyAdmin {
  private readonly options: AwsKeysOptions;
  private stack: DeployedStack;

  constructor(options: AwsKeysOptions) {
    this.options = options;
    this.stack = options.stack;
  }

  async show(name = DEFAULT_KEY_NAME): Promise<KeyInfo & { value: string }> {
    const { connection, signal } = this.options;
    if (name !== DEFAULT_KEY_NAME) {
      const { info, id } = await this.named(name);
      return { ...info, value: await apiKeyValue(connection, id, signal) };
    }
    const arn = outputOf(this.stack, `ApiKeySecretArn${currentSlot(this.slots)}`);
    return { ...(await this.standing()), value: await secretValue(connection, arn, signal) };
  }

  async list(): Promise<KeyInfo[]> {
    const named = [...(await this.allNamed()).values()].map(({ info }) => info);
    return [await this.standing(), ...named.sort((a, b) => (a.name < b.name ? -1 : 1))];
  }

  async create(name: string): Promise<KeyInfo> {
    checkKeyName(name);
    if (name === DEFAULT_KEY_NAME || (await this.allNamed()).has(name)) {
      throw failed('key_exists', `there is a key named ${name} already`, [
        `see it with: mcp-s3 key show ${name}`,
        `or give it a new value with: mcp-s3 key rotate ${name}`,
      ]);
    }
    const { value, createdAt } = await this.make(name);
    await this.options.accepted(value);
    return { name, created_at: new Date(createdAt).toISOString() };
  }

  async rotate(name: string, graceMs: number): Promise<KeyInfo> {
    if (name === DEFAULT_KEY_NAME) return this.rotateStanding(graceMs);
    const before = await this.named(name);
    const { value, createdAt } = await this.make(name);
    await this.options.accepted(value);
    const until = await this.retire(before.id, graceMs);
    return info(name, createdAt, until);
  }

  async revoke(name: string): Promise<void> {
    if (name === DEFAULT_KEY_NAME) {
      throw usageError('the default key cannot be revoked', [
        'give it a new value: mcp-s3 key rotate --grace 0s',
      ]);
    }
    const { connection } = this.options;
    // A key made for the length of a command goes with it, also when Ctrl-C ends it.
    const signal = this.options.signal.aborted ? AbortSignal.timeout(CLEAN_UP_MS) : this.options.signal;
    const { id, old } = await this.named(name, signal);
    for (const each of [...old, id]) await deleteApiKey(connection, each, signal);
  }

  private get slots(): KeySlots {
    return slotsOf(this.stack.parameters);
  }

  /** Makes a key in the free slot, waits until it is let in, and only then lets the old one end. */
  private async rotateStanding(graceMs: number): Promise<KeyInfo> {
    // The slot of the key before the current one is needed.
    if (oldSlot(this.slots) !== undefined) await this.setSlots(withoutOld(this.slots));
    const previous = currentSlot(this.slots);
    await this.setSlots(withFresh(this.slots));
    const { value, created_at } = await this.show();
    await this.options.accepted(value);
    const until = await this.retire(this.idOf(previous), graceMs);
    return info(DEFAULT_KEY_NAME, Date.parse(created_at), until);
  }

  private async setSlots(slots: KeySlots): Promise<void> {
    const { connection, signal } = this.options;
    const after = await updateParameters(connection, this.stack, { KeySlots: slots }, signal);
    this.stack = { ...this.stack, ...after };
  }

  /** Ends a key after the time given. @returns when, in milliseconds since the epoch */
  private async retire(id: string, graceMs: number): Promise<number | undefined> {
    const { connection, signal, now } = this.options;
    // One that was deleted outside of mcp-s3 has ended already.
    if ((await findApiKey(connection, id, signal)) === undefined) return undefined;
    if (graceMs <= 0) {
      await enableApiKey(connection, id, false, signal);
      return undefined;
    }
    const until = now() + graceMs;
    const partition = this.stack.id.split(':')[1]!;
    await tagApiKey(connection, id, { [EXPIRES_TAG]: new Date(until).toISOString() }, partition, signal);
    return until;
  }

  private idOf(slot: Slot): string {
    return outputOf(this.stack, `ApiKeyId${slot}`);
  }

  private async standing(): Promise<KeyInfo> {
    const { connection, signal } = this.options;
    const current = await findApiKey(connection, this.idOf(currentSlot(this.slots)), signal);
    if (current === undefined) {
      throw failed('no_key', 'the API key of the stack is gone: it was deleted outside of mcp-s3', [
        'make a new one: mcp-s3 key rotate --grace 0s',
      ]);
    }
    const before = oldSlot(this.slots);
    const old = before === undefined ? undefined : await findApiKey(connection, this.idOf(before), signal);
    return info(DEFAULT_KEY_NAME, current.createdAt, this.until(old));
  }

  private until(old: ApiKey | undefined): number | undefined {
    const until = Date.parse(old?.tags[EXPIRES_TAG] ?? '');
    return old?.enabled && until > this.options.now() ? until : undefined;
  }

  private make(name: string) {
    const { connection, signal } = this.options;
    const { stage } = this.stack;
    return createApiKey(
      connection,
      {
        name: `${this.stack.name}-${name}`,
        description: `Key ${name} of stage ${stage}, made by mcp-s3`,
        tags: { [STAGE_TAG]: stage, [KEY_NAME_TAG]: name },
        usagePlan: outputOf(this.stack, 'UsagePlanId'),
      },
      signal,
    );
  }

  /** The keys for people and programs, by name. Of several with one name the newest counts; the others are old values. */
  private async allNamed(signal = this.options.signal): Promise<Map<string, NamedKey>> {
    const { connection } = this.options;
    const keys = (await listApiKeys(connection, signal))
      .filter(({ tags }) => tags[STAGE_TAG] === this.stack.stage && tags[KEY_NAME_TAG] !== undefined)
      // A key whose end is set is older than one without, also where both were made within one second.
      .sort(
        (a, b) => a.createdAt - b.createdAt || Number(EXPIRES_TAG in b.tags) - Number(EXPIRES_TAG in a.tags),
      );
    const found = new Map<string, NamedKey>();
    for (const key of keys) {
      const name = key.tags[KEY_NAME_TAG]!;
      const before = found.get(name);
      const previous = keys.findLast((other) => other !== key && other.id === before?.id);
      found.set(name, {
        id: key.id,
        info: info(name, key.createdAt, this.until(previous)),
        old: before === undefined ? [] : [...before.old, before.id],
      });
    }
    return found;
  }

  private async named(name: string, signal = this.options.signal): Promise<NamedKey> {
    const keys = await this.allNamed(signal);
    const found = keys.get(name);
    if (found !== undefined) return found;
    const names = [DEFAULT_KEY_NAME, ...keys.keys()];
    const meant = nearest(name, names);
    throw failed('no_such_key', `there is no key named ${JSON.stringify(name)}`, [
      meant === undefined ? `keys: ${names.join(', ')}` : `did you mean ${meant}?`,
    ]);
  }
}

interface NamedKey {
  id: string;
  info: KeyInfo;
  /** Ids of the values before. */
  old: string[];
}

function info(name: string, createdAt: number, until: number | undefined): KeyInfo {
  const key = { name, created_at: new Date(createdAt).toISOString() };
  return until === undefined ? key : { ...key, previous_until: new Date(until).toISOString() };
}

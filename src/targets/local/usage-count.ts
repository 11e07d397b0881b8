import { join } from 'node:path';
import * as z from 'zod/mini';
import { StateFile } from './state-file.ts';

/** How much of the day's count a crash can lose. */
const SAVE_MS = 500;

const usageFile = z.strictObject({
  /** Day of the counts in UTC, as the quota of a usage plan has it: `2026-11-24`. */
  day: z.string(),
  requests: z.record(z.string(), z.int().check(z.minimum(0))),
});

/**
 * Requests of the day for each key. Counts in memory, adds its share to the file twice a second, so that the
 * count survives a restart and overlapping commands add up.
 */
export class UsageCount {
  private readonly file: StateFile<z.infer<typeof usageFile>>;
  private readonly now: () => number;
  private day: string;
  private saved: Record<string, number>;
  private unsaved: Record<string, number> = {};
  private saving: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  private constructor(file: StateFile<z.infer<typeof usageFile>>, now: () => number) {
    this.file = file;
    this.now = now;
    this.day = dayOf(now());
    this.saved = {};
  }

  /** Throws failed (exit 1) for a corrupt file: counting from zero would void the quota. */
  static async open(stateFolder: string, now: () => number): Promise<UsageCount> {
    const count = new UsageCount(new StateFile(join(stateFolder, 'usage.json'), usageFile), now);
    const file = await count.file.read();
    if (file?.day === count.day) count.saved = file.requests;
    return count;
  }

  /** Requests of the named key today. */
  today(name: string): number {
    if (dayOf(this.now()) !== this.day) return 0;
    return (this.saved[name] ?? 0) + (this.unsaved[name] ?? 0);
  }

  /** Counts one request; false, and nothing counted, where the quota is used up. A quota of 0 is none. */
  take(name: string, quota: number): boolean {
    const day = dayOf(this.now());
    if (day !== this.day) {
      this.day = day;
      this.saved = {};
      this.unsaved = {};
    }
    if (quota > 0 && this.today(name) >= quota) return false;
    this.unsaved[name] = (this.unsaved[name] ?? 0) + 1;
    this.timer ??= setTimeout(() => void this.save().catch(() => {}), SAVE_MS).unref();
    return true;
  }

  /** Adds what is not saved yet to the file. What cannot be saved stays counted here and is tried again. */
  save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.saving = this.saving.catch(() => {}).then(() => this.saveNow());
    return this.saving;
  }

  private async saveNow(): Promise<void> {
    const share = this.unsaved;
    const { day } = this;
    if (Object.keys(share).length === 0) return;
    this.unsaved = {};
    try {
      const file = await this.file.update((current) => {
        const requests = current?.day === day ? { ...current.requests } : {};
        for (const [name, count] of Object.entries(share)) requests[name] = (requests[name] ?? 0) + count;
        return { day, requests };
      });
      if (this.day === day) this.saved = file!.requests;
    } catch (error) {
      for (const [name, count] of Object.entries(share))
        this.unsaved[name] = (this.unsaved[name] ?? 0) + count;
      throw error;
    }
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

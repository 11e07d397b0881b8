import { join } from 'node:path';
import * as z from 'zod/mini';
import { StateFile } from './state-file.ts';

const devFile = z.strictObject({
  pid: z.int().check(z.positive()),
  /** Missing while it starts. */
  url: z.optional(z.url()),
  started_at: z.iso.datetime(),
});

export type RunningDev = z.infer<typeof devFile>;

/** The note that a running `dev` leaves in the bucket's state, so that other commands use it. */
export class DevNote {
  private readonly file: StateFile<RunningDev>;

  constructor(stateFolder: string) {
    this.file = new StateFile(join(stateFolder, 'dev.json'), devFile);
  }

  /** The `dev` that runs for this bucket. A note whose process is gone, or that is corrupt, is none. */
  async running(): Promise<RunningDev | undefined> {
    const note = await this.file.read().catch(() => undefined);
    return note !== undefined && isAlive(note.pid) ? note : undefined;
  }

  /** Claims the bucket for this process. Returns the other `dev` where one runs already. */
  async claim(startedAt: string): Promise<RunningDev | undefined> {
    if ((await this.file.read().catch(() => 'corrupt')) === 'corrupt') await this.file.remove();
    let other: RunningDev | undefined;
    await this.file.update((current) => {
      other =
        current !== undefined && current.pid !== process.pid && isAlive(current.pid) ? current : undefined;
      return other === undefined ? { pid: process.pid, started_at: startedAt } : undefined;
    });
    return other;
  }

  async announce(url: string): Promise<void> {
    await this.file.update((current) => (current?.pid === process.pid ? { ...current, url } : undefined));
  }

  async release(): Promise<void> {
    const note = await this.file.read().catch(() => undefined);
    if (note?.pid === process.pid) await this.file.remove();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

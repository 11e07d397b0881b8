import type { KeyAdmin, KeyInfo } from './key-admin.ts';

/** Keys that are loaded when the first of them is asked for: most commands need none, and their clients are heavy. */
export class LazyKeys implements KeyAdmin {
  private readonly load: () => Promise<KeyAdmin>;
  private loaded: Promise<KeyAdmin> | undefined;

  constructor(load: () => Promise<KeyAdmin>) {
    this.load = load;
  }

  async show(name?: string): Promise<KeyInfo & { value: string }> {
    return (await this.keys()).show(name);
  }

  async list(): Promise<KeyInfo[]> {
    return (await this.keys()).list();
  }

  async create(name: string): Promise<KeyInfo> {
    return (await this.keys()).create(name);
  }

  async rotate(name: string, graceMs: number): Promise<KeyInfo> {
    return (await this.keys()).rotate(name, graceMs);
  }

  async revoke(name: string): Promise<void> {
    return (await this.keys()).revoke(name);
  }

  private keys(): Promise<KeyAdmin> {
    this.loaded ??= this.load();
    return this.loaded;
  }
}

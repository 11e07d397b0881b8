/** The API keys of a stage. The one named `default` always exists; others are for people and programs. */
export interface KeyAdmin {
  /** The key's value. Throws failed (exit 1) for an unknown name. */
  show(name?: string): Promise<KeyInfo & { value: string }>;
  list(): Promise<KeyInfo[]>;
  create(name: string): Promise<KeyInfo>;
  /** Makes a new value; the old one is accepted for `graceMs` more. */
  rotate(name: string, graceMs: number): Promise<KeyInfo>;
  revoke(name: string): Promise<void>;
}

export const DEFAULT_KEY_NAME = 'default';

export interface KeyInfo {
  name: string;
  /** ISO 8601. */
  created_at: string;
  /** Until when the value before is accepted, ISO 8601. */
  previous_until?: string;
}

/** Something that was tried through the real endpoint after a deployment, and what came of it. */
export interface TrialCheck {
  /** `health`, `version`, `files` and `no_key` of the smoke test; of the acceptance walk what `verify` calls it. */
  name: string;
  /** `unknown`: something before the service kept the request from it, or there was nothing to ask. */
  state: 'passed' | 'failed' | 'unknown';
  /** Whether it is the service that answered wrongly, and not the key or the way to it. */
  blamesService: boolean;
  seen: string;
  expected: string;
}

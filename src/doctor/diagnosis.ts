import type { Cause } from './causes.ts';

/** One thing that can be broken: what it looks at, what it concludes. Each file of this folder holds one. */
export interface Diagnosis<Patient> {
  /** Stable word for programs, with hyphens. */
  id: string;
  /** What is looked at, for people: "health of the tasks". */
  title: string;
  /** Ids of what must be good for this to be worth a look: behind a break everything else looks broken too. */
  needs: string[];
  /**
   * Looks, and changes nothing. A call that these credentials may not make throws: the walk turns that into
   * "could not look".
   */
  look(patient: Patient, signal: AbortSignal): Promise<Finding>;
}

export type Finding =
  /** Proven good, by what was seen. */
  | { state: 'good'; seen: string }
  /** It works; the person should know nevertheless: asleep, a mail not confirmed. */
  | ({ state: 'notice' } & Trouble)
  /** This is what is broken. */
  | ({ state: 'broken' } & Trouble)
  /** There is no such part here. */
  | { state: 'absent'; seen: string };

export interface Trouble {
  cause: Cause;
  /** What is wrong and why, in one sentence. */
  says: string;
  /** Facts that show it. */
  evidence: string[];
  /** Commands and steps, the first the best: ours where there is one, else of the AWS command line with real ids. */
  remedy: string[];
  /** Does the remedy, where that is safe. */
  fix?: Fix;
}

export interface Fix {
  /** What it does, as a command in words: "enable the rule mcp-dev-upload". */
  does: string;
  apply(signal: AbortSignal): Promise<void>;
}

export type Result =
  | (Finding & { id: string; title: string })
  /** Something before it is broken. */
  | { id: string; title: string; state: 'not_reached'; because: string }
  /** It may not, or cannot, be looked at. */
  | { id: string; title: string; state: 'unknown'; says: string; needs?: string };

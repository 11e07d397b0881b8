import type { CliError } from '../errors.ts';
import type { ResourceStep } from '../stack/progress.ts';
import type { Repair } from '../stack/settle-stack.ts';
import type { DeployPlan, Place } from './deploy-plan.ts';
import type { TaskEvidence } from './task-evidence.ts';
import type { TrialCheck } from './trial-check.ts';

/** What a deployment tells while it goes on. Every call may be shown at once; nothing has to be. */
export interface DeployView {
  place(place: Place): void;
  /** What is being done now. */
  step(title: string): void;
  /** Something that was done or found. */
  note(text: string): void;
  warn(text: string): void;
  repair(repair: Repair): void;
  plan(plan: DeployPlan): Promise<void>;
  /** Whether to go on; `unasked` where nobody can be asked. */
  ask(plan: DeployPlan): Promise<'yes' | 'no' | 'unasked'>;
  /** Shows what happens to a stack's resources until its work ends. */
  stack(work: StackWork): StackView;
  evidence(evidence: TaskEvidence[]): Promise<void>;
  tried(checks: TrialCheck[]): void;
}

export interface StackWork {
  /** "Creating mcp-dev". */
  title: string;
  /** How many resources are worked on; undefined where that is not known. */
  total: number | undefined;
  /** What the resources are, in plain words, by logical id. */
  titles: ReadonlyMap<string, string>;
}

export interface StackView {
  /** @param now all that is worked on, in order of its begin, and how many are done */
  step(step: ResourceStep, now: { running: ResourceStep[]; finished: number }): void;
  lost(error: CliError): void;
  task(evidence: TaskEvidence): void;
  end(): Promise<void>;
}

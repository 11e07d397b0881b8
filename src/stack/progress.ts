import type { StackEvent } from '../aws/cloudformation-events.ts';

/** A step of one resource, as a person follows it. */
export interface ResourceStep {
  logicalId: string;
  type: string;
  verb: 'create' | 'update' | 'delete' | 'import';
  state: 'begun' | 'done' | 'failed';
  /** Whether it takes back what failed. */
  rollback: boolean;
  /** Milliseconds since the epoch. */
  time: number;
  /** Milliseconds since it was begun; where that was seen. */
  ms?: number;
  reason?: string;
}

const VERBS = { CREATE: 'create', UPDATE: 'update', DELETE: 'delete', IMPORT: 'import' } as const;

/**
 * Folds events into steps. CloudFormation tells most beginnings twice, repeats itself across pages, and reports what
 * it cancelled for another resource's failure as a failure of its own: all that is left out.
 */
export class StackProgress {
  /** What is being worked on, in order of its begin. */
  readonly running = new Map<string, ResourceStep>();
  readonly finished = new Set<string>();
  failed = 0;
  private rollback = false;

  /** The step that the event means; undefined for what tells nothing new. */
  take(event: StackEvent): ResourceStep | undefined {
    const { status, logicalId, type, time, reason } = event;
    if (event.ofStack) {
      if (status.includes('ROLLBACK_IN_PROGRESS')) this.rollback = true;
      return undefined;
    }
    const [, word, end] = /^(?:ROLLBACK_)?(CREATE|UPDATE|DELETE|IMPORT)_(.+)$/.exec(status) ?? [];
    const verb = VERBS[word as keyof typeof VERBS];
    // DELETE_SKIPPED is a resource that is kept: nothing happened to it.
    if (verb === undefined || end === 'SKIPPED' || isCancellation(event)) {
      this.running.delete(logicalId);
      return undefined;
    }
    const step = { logicalId, type, verb, rollback: this.rollback, time };
    const begun = this.running.get(logicalId);
    if (end === 'IN_PROGRESS') {
      if (begun?.verb === verb) return undefined;
      const first: ResourceStep = { ...step, state: 'begun' };
      this.running.set(logicalId, first);
      return first;
    }
    this.running.delete(logicalId);
    const ms = begun === undefined ? {} : { ms: time - begun.time };
    if (end === 'COMPLETE') {
      if (!this.rollback) this.finished.add(logicalId);
      return { ...step, ...ms, state: 'done' };
    }
    this.failed++;
    return { ...step, ...ms, state: 'failed', reason };
  }
}

/** A resource that did not fail itself: its work was ended because another one failed. */
export function isCancellation({ status, reason }: StackEvent): boolean {
  return status.endsWith('_FAILED') && /cancell?ed/i.test(reason);
}

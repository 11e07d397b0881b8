import type { StackEvent } from '../aws/cloudformation-events.ts';
import { isCancellation } from './progress.ts';
import { remediesFor } from './remedies.ts';

/** Why an operation failed. */
export interface RootCause {
  logicalId: string;
  type: string;
  /** In CloudFormation's words, without its wrapping. */
  reason: string;
  remedies: string[];
}

/**
 * The oldest failure that is no cancellation: whatever failed after it failed because of it, or while it was taken
 * back. Undefined where no resource failed.
 */
export function rootCause(events: StackEvent[]): RootCause | undefined {
  const failures = events.filter((event) => event.status.endsWith('_FAILED') && !isCancellation(event));
  const cause = failures.find(({ ofStack }) => !ofStack) ?? failures[0];
  if (cause === undefined) return undefined;
  const { logicalId, type } = cause;
  const reason = unwrapped(cause.reason);
  return { logicalId, type, reason, remedies: remediesFor(type, reason) };
}

/** `Resource handler returned message: "…" (RequestToken: …, HandlerErrorCode: …)` holds what matters in the middle. */
export function unwrapped(reason: string): string {
  const inner =
    /^Resource handler returned message: "(.*?)"?\s*\(RequestToken: .*$/s.exec(reason)?.[1] ?? reason;
  return inner
    .replace(/\s*\(Service: [^()]*(?:\([^()]*\)[^()]*)*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

import type { Stack } from '../aws/cloudformation.ts';

/** What can be done with a stack in its present state. */
export type Standing =
  /** There is none, or only the shell of a change set that was never executed. */
  | 'absent'
  /** A change can begin. */
  | 'ready'
  /** Something is going on. */
  | 'busy'
  | 'deleting'
  /** Its first creation failed: it can only be deleted. */
  | 'wreck'
  /** A rollback stopped halfway: it can be taken up again. */
  | 'stuck'
  /** An update failed and was told to stay as it is: it can be rolled back. */
  | 'half-updated'
  /** A removal stopped halfway. */
  | 'half-deleted';

/** CloudFormation User Guide, "Understand CloudFormation stack creation events": stack status codes. */
export function standingOf(stack: Pick<Stack, 'status'> | undefined): Standing {
  switch (stack?.status) {
    case undefined:
    case 'REVIEW_IN_PROGRESS':
    case 'DELETE_COMPLETE':
      return 'absent';
    case 'DELETE_IN_PROGRESS':
      return 'deleting';
    case 'DELETE_FAILED':
      return 'half-deleted';
    case 'CREATE_FAILED':
    case 'ROLLBACK_COMPLETE':
    case 'ROLLBACK_FAILED':
      return 'wreck';
    case 'UPDATE_ROLLBACK_FAILED':
      return 'stuck';
    case 'UPDATE_FAILED':
      return 'half-updated';
    default:
      return stack!.status.endsWith('_IN_PROGRESS') ? 'busy' : 'ready';
  }
}

/** Whether what was begun has ended as it was meant to. */
export function succeeded({ status }: Pick<Stack, 'status'>): boolean {
  return /^(CREATE|UPDATE|IMPORT|DELETE)_COMPLETE$/.test(status);
}

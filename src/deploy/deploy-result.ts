import type { Stack } from '../aws/cloudformation.ts';
import type { DeployPlan, Place } from './deploy-plan.ts';
import type { TrialCheck } from './trial-check.ts';

/** What `deploy --json` prints. */
export interface DeployResult {
  /** `planned`: only looked at, and there is something to do. */
  result: 'created' | 'updated' | 'unchanged' | 'planned';
  stage: string;
  account: string;
  region: string;
  stack: string;
  version: string;
  /** Every setting as its flag says it, as it is or is to be. */
  settings: Record<string, string>;
  plan?: DeployPlan;
  /** Of the stack, as CloudFormation names them; none where there is no stack. */
  outputs: Record<string, string>;
  checks: TrialCheck[];
  /** Address that has been sent a mail to confirm and has not done so yet. */
  confirmEmail?: string;
  warnings: string[];
}

/** A result with the stack as it stands then; undefined where there is none. */
export interface DeployOutcome {
  result: DeployResult;
  stack?: Stack;
}

export function resultAt(place: Place, stack: string, version: string): DeployResult {
  const { stage, account, region } = place;
  return {
    result: 'unchanged',
    stage,
    account,
    region,
    stack,
    version,
    settings: {},
    outputs: {},
    checks: [],
    warnings: [],
  };
}

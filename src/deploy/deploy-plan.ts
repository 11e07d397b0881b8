import type { ParameterChange } from '../stack/parameters.ts';
import type { ChangePlan } from '../stack/planned-change.ts';

/** Where a deployment goes. */
export interface Place {
  stage: string;
  account: string;
  region: string;
  /** Of the user or the assumed role. */
  identity: string;
  profile?: string;
}

/** What a deployment will do, before it does it. */
export interface DeployPlan {
  action: 'create' | 'update';
  stack: string;
  /** What becomes of the stack with artifacts bucket and registry. */
  bootstrap: 'create' | 'update' | 'unchanged';
  image: { title: string; state: 'present' | 'to_build' };
  /** Made in the account before the stacks, and kept when they are destroyed. */
  preparations: string[];
  /** What is put right that a change of the stack would not. */
  repairs: string[];
  settings: ParameterChange[];
  resources: ChangePlan;
  /** What the stage costs while nobody asks anything; undefined where no estimate is at hand. */
  cost?: StandingCost;
}

/** An estimate, said to be one. */
export interface StandingCost {
  /** US dollars a month, of the items that have a price; null where none has. */
  monthlyUsd: number | null;
  /** The same of the stage as it stands before the change; missing where none has a price, or before the first one. */
  beforeUsd?: number;
  /** Null where there is no price. */
  items: { name: string; monthlyUsd: number | null }[];
  assumptions: string[];
}

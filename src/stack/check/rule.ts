import type { Template } from '../compose/compose.ts';
import type { Parameters } from '../deploy-settings.ts';
import type { Finding } from './finding.ts';
import type { Settled } from './settled.ts';

/** What a rule found; the rule's own id is added by whoever asks it. */
export interface Problem extends Omit<Finding, 'rule' | 'severity'> {
  /** Default: error. */
  severity?: Finding['severity'];
}

/** A template as it was handed in. */
export interface Whole {
  template: Template;
  /** The template as CloudFormation gets it. */
  body: string;
  /** Of parameters, as far as they are given. */
  values: Parameters;
}

/** One thing that is easy to get wrong. It looks at the whole template, or at each state that its conditions allow. */
export interface Rule {
  id: string;
  whole?(given: Whole): Iterable<Problem>;
  settled?(stack: Settled): Iterable<Problem>;
}

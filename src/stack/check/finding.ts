/** Something about a template that would fail, or not do what it should, when it is deployed. */
export interface Finding {
  /** The rule that was broken: an id of ours, or of AWS's validator. */
  rule: string;
  severity: 'error' | 'warning';
  /** Logical id. */
  resource?: string;
  /** Where in the resource, such as `Properties.StopTimeout`. */
  path?: string;
  /** What is wrong, what would happen, and what to do. */
  message: string;
}

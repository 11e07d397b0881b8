/** What a request asks for, as the S3 API calls it. */
export type Operation =
  | 'GetObject'
  | 'GetObjectTagging'
  | 'HeadObject'
  | 'PutObject'
  | 'DeleteObject'
  | 'ListObjectsV2'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploads';

export type FaultEffect =
  /** An error answer, such as 503 SlowDown or 500 InternalError; the request has no effect. */
  | { kind: 'status'; status: number; code: string }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** The connection is reset in the middle of the answer's body. */
  | { kind: 'reset-body'; afterBytes: number }
  /** The answer's body comes in pieces with pauses. */
  | { kind: 'slow-body'; pieceBytes: number; pauseMs: number }
  /** No answer at all. */
  | { kind: 'stall' };

export interface FaultRule {
  operation: Operation;
  /** Only for this key. */
  key?: string;
  /** Requests that pass before the rule bites. Default 0. */
  skip?: number;
  /** Requests that it hits. Default: all. */
  times?: number;
  effect: FaultEffect;
}

/** The faults that a test has set, in order; the first that fits a request hits it. */
export class Faults {
  #rules: (FaultRule & { seen: number })[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ ...rule, seen: 0 });
  }

  clear(): void {
    this.#rules = [];
  }

  hit(operation: Operation, key: string | undefined): FaultEffect | undefined {
    for (const rule of this.#rules) {
      if (rule.operation !== operation || (rule.key !== undefined && rule.key !== key)) continue;
      const index = rule.seen++ - (rule.skip ?? 0);
      if (index >= 0 && index < (rule.times ?? Number.POSITIVE_INFINITY)) return rule.effect;
    }
    return undefined;
  }
}

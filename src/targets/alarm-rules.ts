/**
 * The three alarms that every stage has, as figures. Here they are evaluated from the local log; on AWS the same
 * figures go into CloudWatch alarms. Each compares one figure of the last five minutes with a threshold, once a
 * minute; a stretch without requests is no reason to ring (CloudWatch: `TreatMissingData: notBreaching`).
 *
 * Nothing is counted twice by one alarm. A failing request writes two lines: its own (`msg` "request", status 5xx)
 * and one with the cause. The first is for `5xx` alone, the second for `error-logs` alone, so that errors outside
 * of any request show too; a failing request with a cause makes both ring, which is meant.
 */
export interface AlarmRule {
  /** The alarm is `mcp-<stage>-<id>`. */
  id: '5xx' | 'latency' | 'error-logs';
  description: string;
  /** Rings from this value on (count), or above it (milliseconds). */
  threshold: number;
}

/** The figures are those of this stretch, in milliseconds. */
export const ALARM_PERIOD_MS = 5 * 60_000;

/** Between two evaluations, in milliseconds. */
export const ALARM_STEP_MS = 60_000;

/** Nine of ten requests must be faster: one slow request among many is no outage. */
export const LATENCY_SHARE = 0.9;

export const ALARM_RULES: Record<AlarmRule['id'], AlarmRule> = {
  '5xx': {
    id: '5xx',
    description: 'The service answers requests with 5XX: it, its storage or its model fails.',
    threshold: 1,
  },
  latency: {
    id: 'latency',
    description:
      'The service takes over 2 s of its own for a request (90th percentile, without waiting for the model).',
    threshold: 2000,
  },
  'error-logs': {
    id: 'error-logs',
    description: 'The service logs errors, which each name their cause.',
    threshold: 1,
  },
};

/** What an alarm looks at, in words with a figure, by its id. The template and alarm-rules.ts hold the thresholds. */
const MEASURED: Record<string, (value: number) => string> = {
  '5xx': counted('answer of 5XX', 'answers of 5XX'),
  latency: (ms) => `90% of the requests took at most ${Math.round(ms)} ms`,
  'error-logs': counted('error logged', 'errors logged'),
  unavailable: (count) =>
    count === 0 ? 'a task was healthy' : `no task was healthy at ${count} ${count === 1 ? 'look' : 'looks'}`,
  'unhealthy-targets': counted('task that fails its health check', 'tasks that fail their health check'),
  'model-latency': (ms) => `90% of the requests waited at most ${Math.round(ms / 1000)} s for the model`,
  forbidden: counted('request without a valid key', 'requests without a valid key'),
  throttled: counted('request over a limit', 'requests over a limit'),
  'queue-age': (seconds) => `the oldest new file has waited ${Math.round(seconds / 60)} minutes`,
  'dead-letters': counted('new file not summarized', 'new files not summarized'),
  'upload-errors': counted('failure of the upload function', 'failures of the upload function'),
  'keeper-errors': counted('failure of the keeper', 'failures of the keeper'),
};

/** Where there was nothing to measure. Of what is counted there were 0 then. */
const NOTHING: Record<string, string> = {
  latency: 'no requests',
  'model-latency': 'no requests that waited for the model',
  'queue-age': 'no new file waited',
};

/** Thresholds that are no plain numbers. */
const THRESHOLDS: Record<string, (value: number) => string> = {
  latency: (ms) => `${ms} ms`,
  'model-latency': (ms) => `${ms / 1000} s`,
  'queue-age': (seconds) => `${seconds / 60} minutes`,
};

/** Ids of all alarms of a stage, without the one that sums them up. */
export const ALARM_IDS = Object.keys(MEASURED);

export interface Measurement {
  /** Of the alarm: `5xx`. */
  id: string;
  /** Undefined where there was nothing to measure. */
  value: number | undefined;
  threshold: number;
  /** Length and end of the stretch, in milliseconds. */
  stretchMs: number;
  until: number;
}

/** Why an alarm is in its state: `3 answers of 5XX in the 5 minutes to 14:05, threshold 1`. */
export function measuredReason({ id, value, threshold, stretchMs, until }: Measurement): string {
  const minutes = Math.max(1, Math.round(stretchMs / 60_000));
  const when = `in the ${minutes === 1 ? 'minute' : `${minutes} minutes`} to ${clock(until)}`;
  if (value === undefined && NOTHING[id] !== undefined) return `${NOTHING[id]} ${when}`;
  const what =
    MEASURED[id]?.(value ?? 0) ?? `${value === undefined ? 'nothing' : Math.round(value * 10) / 10}`;
  return `${what} ${when}, threshold ${THRESHOLDS[id]?.(threshold) ?? threshold}`;
}

function counted(one: string, many: string): (value: number) => string {
  return (value) => `${Math.round(value)} ${value === 1 ? one : many}`;
}

/** Hours and minutes on this machine's clock. */
function clock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

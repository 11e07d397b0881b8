/** As many steps as a chart of 80 columns shows one by one. */
const STEPS = 60;

const MINUTE = 60;
const HOUR = 3600;
const DAY_MS = 86_400_000;

/** CloudWatch takes periods of up to so many seconds: 30 days. */
const LONGEST = 30 * 86_400;

export interface MetricSteps {
  /** Beginning of the first step, milliseconds since the epoch. */
  since: number;
  /** End of the last. */
  until: number;
  /** Seconds of each. */
  period: number;
  count: number;
  /**
   * Seconds of one period that holds all steps, so that a percentile is of all requests. Periods may begin at
   * multiples of themselves or at the first step; it is one in either case, where there is such a period.
   */
  whole: number;
}

/**
 * Cuts a stretch of time into steps that CloudWatch can tell: of whole minutes, of five minutes after 15 days and of
 * hours after 63 ("Metrics retention", CloudWatch user guide).
 * @param range milliseconds since the epoch
 */
export function metricSteps(range: { since: number; until: number }, now: number): MetricSteps {
  const age = now - range.since;
  const unit = age >= 63 * DAY_MS ? HOUR : age >= 15 * DAY_MS ? 5 * MINUTE : MINUTE;
  const seconds = (range.until - range.since) / 1000;
  const period = Math.max(1, Math.ceil(seconds / STEPS / unit)) * unit;
  const first = Math.floor(range.since / 1000 / period);
  const last = Math.max(first + 1, Math.ceil(range.until / 1000 / period));
  const count = last - first;
  return {
    since: first * period * 1000,
    until: last * period * 1000,
    period,
    count,
    whole: wholePeriod(first * period, last * period, period),
  };
}

function wholePeriod(from: number, to: number, period: number): number {
  const least = to - from;
  for (let whole = least; whole <= Math.max(least, LONGEST); whole += period) {
    if (Math.floor(from / whole) === Math.floor((to - 1) / whole)) return whole;
  }
  return Math.min(least, Math.floor(LONGEST / period) * period);
}

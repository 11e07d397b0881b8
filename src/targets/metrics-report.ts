/** What the service did in a stretch of time. Durations in milliseconds. */
export interface MetricsReport {
  since: string;
  until: string;
  requests: number;
  errors_4xx: number;
  errors_5xx: number;
  throttled: number;
  /** Of the service's own time, without waiting for the model. Null where nothing was asked. */
  latency_ms: { p50: number; p90: number; p99: number; max: number } | null;
  model_ms: { p50: number; p90: number; p99: number; max: number } | null;
  summaries: { total: number; cached: number };
  tokens: { input: number; output: number };
  routes: { route: string; requests: number; errors: number }[];
  /** Equal steps over the stretch, for charts. */
  series: { start: string; requests: number; errors: number; p90_ms: number | null }[];
}

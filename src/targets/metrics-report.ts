/** What the service did in a stretch of time. Durations in milliseconds. */
export interface MetricsReport {
  since: string;
  until: string;
  /** All that callers sent, also what was refused. */
  requests: number;
  errors_4xx: number;
  errors_5xx: number;
  /** Of the 4XX those over a limit. */
  throttled: number;
  /** Of the 4XX those without a valid key. Missing where it is not counted. */
  forbidden?: number;
  /** Of the 5XX the 503s of a load balancer without a healthy task. Missing where there is none. */
  unavailable?: number;
  /** Of the service's own time, without waiting for the model. Null where nothing was asked. */
  latency_ms: Distribution | null;
  model_ms: Distribution | null;
  /** Null where it is not counted. */
  summaries: { total: number; cached: number } | null;
  tokens: { input: number; output: number };
  /** An estimate of what the tokens cost in US dollars, without discounts. Missing where a model has no known price. */
  tokens_usd?: number;
  /** Empty where it is not counted. */
  routes: { route: string; requests: number; errors: number }[];
  /** Healthy tasks, and percent of what each task has. Missing where the service is a process of this machine. */
  tasks?: Gauge | null;
  cpu_percent?: Gauge | null;
  memory_percent?: Gauge | null;
  /** Equal steps over the stretch, for charts. */
  series: MetricsStep[];
}

export interface Distribution {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** A level over time. The last is that of the newest step that has one. */
export interface Gauge {
  average: number;
  max: number;
  last: number;
}

export interface MetricsStep {
  start: string;
  requests: number;
  errors: number;
  p90_ms: number | null;
  /** Read and written by the model. */
  tokens: number;
  tasks?: number | null;
  cpu_percent?: number | null;
  memory_percent?: number | null;
}

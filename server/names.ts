/**
 * The names that the server, the command line and the CloudFormation templates must agree on.
 * Everyone may import this file; it imports nothing.
 */

export const PRODUCT = 'mcp-s3';

/** Port that the container listens on, the target group checks and the security group opens. */
export const CONTAINER_PORT = 8080;

export const HEALTH_PATH = '/health';
export const MCP_PATH = '/mcp';

/** The constant stage of the REST API. A private integration passes it on in the path, where it is stripped. */
export const API_STAGE = 'v1';

/** Header that carries the API key, as API Gateway expects it. */
export const API_KEY_HEADER = 'x-api-key';

/** Header that carries the request's id, in and out. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Everything below this prefix is ours (summaries, overlay objects): never listed, never readable as a file. */
export const RESERVED_PREFIX = '.mcp-s3/';

/** Where cached summaries live in an S3 bucket. */
export const SUMMARIES_PREFIX = `${RESERVED_PREFIX}summaries/`;

export const METRIC_NAMESPACE = 'mcp-s3';

/**
 * Names of a stage's metrics in the namespace. The stage stands in the name, because a metric filter cannot set a
 * dimension that is not a field of the log line.
 */
export function metricNames(stage: string) {
  return {
    requests: `${stage}/Requests`,
    /** Answers of 5XX by the service itself. */
    serverErrors: `${stage}/ServerErrors`,
    errorLogs: `${stage}/ErrorLogs`,
    serviceMilliseconds: `${stage}/ServiceMilliseconds`,
    modelMilliseconds: `${stage}/ModelMilliseconds`,
    inputTokens: `${stage}/InputTokens`,
    outputTokens: `${stage}/OutputTokens`,
    /** Answers of 5XX as callers get them, whoever gave them, except the 503s of a service that sleeps or stops. */
    failures: `${stage}/Failures`,
    /** Requests that API Gateway turned away: 403, and 429. */
    forbidden: `${stage}/Forbidden`,
    throttled: `${stage}/Throttled`,
    /** Looks of the keeper at a service that is meant to run and has no healthy task; only where it may sleep. */
    unserved: `${stage}/Unserved`,
  };
}

/** Limits of the mission, the defaults of the gateway here and of the usage plan on AWS. */
export const DEFAULT_LIMITS = {
  /** Requests a second on the REST routes. */
  rateLimit: 10,
  burst: 5,
  /** Requests a second on `/mcp`: a client's connect alone costs five. */
  mcpRateLimit: 50,
  mcpBurst: 20,
  /** Requests a day, of every route together. */
  quota: 1000,
} as const;

/** Forms of a summary, the default first. */
export const SUMMARY_STYLES = ['paragraph', 'bullets', 'tldr'] as const;

/** What a caller may ask of a summary: words of it, and characters of the focus, which becomes part of a prompt. */
export const SUMMARY_BOUNDS = { minWords: 10, maxWords: 1000, focusLength: 500 } as const;

/** Names of the AWS resources of a stage. */
export function stageNames(stage: string) {
  const stack = `mcp-${stage}`;
  return {
    stack,
    bootstrapStack: `${stack}-bootstrap`,
    container: `${stack}-mcp-server`,
    logGroup: `/ecs/${stack}-task`,
    targetGroup: `${stack}-tg`,
    taskFamily: `${stack}-task`,
  };
}

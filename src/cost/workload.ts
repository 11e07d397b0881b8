/** What the estimate takes for granted, in one place. Real figures: `mcp-s3 cost` tells what was used. */

/** As AWS's own calculator has it: 365 days / 12. */
export const HOURS_A_MONTH = 730;

/** AWS says "up to 70% off"; what is paid moves with demand, and was 64 to 66% in the figures that were found. */
export const SPOT_DISCOUNT = 0.6;

/** A service that may sleep, or is switched by the clock: 8 hours on each of 22 days. */
export const AWAKE_HOURS = 176;

/** A request that asks the model: a file of some pages, and a summary of a paragraph. */
export const TOKENS_A_SUMMARY = { input: 2000, output: 250 };

/** Of answer and question, through the load balancer. */
export const KB_A_REQUEST = 20;

/** Of the service's log, and of the API's access log. */
export const LOG_KB_A_REQUEST = 2;

/** Between tasks and the model, for one summary. */
export const ENDPOINT_KB_A_SUMMARY = 20;

/** Images of about 75 MB in the registry, which keeps the ten newest. */
export const REGISTRY_GB = 0.75;

/** Of files in the bucket, with their old versions. */
export const BUCKET_GB = 1;

/** The upload function waits while the model writes. */
export const UPLOAD_FUNCTION_SECONDS = 10;
export const KEEPER_SECONDS = 1;
/** Both functions have 256 MB. */
export const FUNCTION_GB = 0.25;
/** Sent, received, deleted. */
export const QUEUE_REQUESTS_AN_UPLOAD = 3;
